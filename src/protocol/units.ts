/** A size in SI units (1 MB is 1,000,000 bytes), as file managers show it: "12 MB", "1.5 GB". */
export function formatBytes(bytes: number): string {
  if (bytes < 999_500) return `${(bytes / 1e3).toFixed(0)} kB`;
  if (bytes < 999_500_000) return `${(bytes / 1e6).toFixed(0)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A time span in its largest units: "2 h 5 min", "3 min 20 s", "8 s", "20 ms". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1000) return `${Math.ceil(milliseconds)} ms`;
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(seconds, 'min', 's');
  return twoUnits(Math.round(seconds / 60), 'h', 'min');
}

function twoUnits(count: number, large: string, small: string): string {
  const rest = count % 60;
  return `${Math.floor(count / 60)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`;
}
