import { execFile } from 'node:child_process';
import type { DeviceName } from '../../protocol/options.ts';
import { formatDuration } from '../../protocol/units.ts';
import { cudaProblem } from './cuda-problem.ts';

/** A driver that hangs is as bad as one that crashes. */
const limitMs = 60_000;

/**
 * What a device did with a small model: how long it took beside the CPU, or why it cannot be used.
 */
export type ProbeResult =
  | { readonly milliseconds: number; readonly cpuMilliseconds: number }
  | { readonly problem: string };

/** Tries a device out. */
export type Probe = (device: DeviceName) => Promise<ProbeResult>;

/**
 * Tries devices out in a throwaway process: a graphics driver that crashes takes nothing along.
 * @param program the program of probe/main.ts
 */
export function processProbe(program: string): Probe {
  return (device) =>
    new Promise((resolve) => {
      const options = { timeout: limitMs, killSignal: 'SIGKILL' } as const;
      const child = execFile(
        process.execPath,
        [program, device],
        options,
        (error, stdout, stderr) => {
          if (!error) resolve(JSON.parse(stdout) as ProbeResult);
          else if (error.killed)
            resolve({ problem: `it does not answer (${formatDuration(limitMs)})` });
          else if (error.signal) resolve({ problem: `its driver crashes (${error.signal})` });
          else resolve({ problem: problemOf(device, stderr) ?? error.message });
        },
      );
      child.stdin?.end();
    });
}

function problemOf(device: DeviceName, stderr: string): string | undefined {
  return (device === 'cuda' ? cudaProblem(stderr) : undefined) ?? sentenceOf(stderr);
}

/** The error's own words, without the source lines and types around them. */
function sentenceOf(stderr: string): string | undefined {
  const line = /^(?:\w*Error(?: \[\w+\])?: )(.+)$/mu.exec(stderr)?.[1];
  const words = /(?:was false\.|Status Message:) *(.+)$/u.exec(line ?? '')?.[1] ?? line;
  return words?.replace(/\.+$/u, '');
}
