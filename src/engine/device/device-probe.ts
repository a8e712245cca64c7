import { execFile } from 'node:child_process';
import type { DeviceName } from '../../protocol/options.ts';
import { formatDuration } from '../../protocol/units.ts';
import { cudaProblem } from './cuda-problem.ts';

/** A driver that hangs for this long counts as unusable. */
const timeoutMs = 60_000;

/**
 * The time that a device and the CPU took for the same products, or why the device cannot be used.
 */
export type ProbeResult =
  | { readonly milliseconds: number; readonly cpuMilliseconds: number }
  | { readonly problem: string };

/** Tests whether a device works and how fast it is. */
export type Probe = (device: DeviceName) => Promise<ProbeResult>;

/**
 * Probes devices in a child process, so that a driver that crashes does not end the engine.
 * @param program path of the built probe/main.ts
 */
export function processProbe(program: string): Probe {
  return (device) =>
    new Promise((resolve) => {
      const options = { timeout: timeoutMs, killSignal: 'SIGKILL' } as const;
      const child = execFile(
        process.execPath,
        [program, device],
        options,
        (error, stdout, stderr) => {
          if (!error) resolve(JSON.parse(stdout) as ProbeResult);
          else if (error.killed)
            resolve({ problem: `it did not answer within ${formatDuration(timeoutMs)}` });
          else if (error.signal) resolve({ problem: `its driver crashed (${error.signal})` });
          else resolve({ problem: problemOf(device, stderr) ?? error.message });
        },
      );
      child.stdin?.end();
    });
}

function problemOf(device: DeviceName, stderr: string): string | undefined {
  return (device === 'cuda' ? cudaProblem(stderr) : undefined) ?? sentenceOf(stderr);
}

/** The error's message, without source lines and error types. */
function sentenceOf(stderr: string): string | undefined {
  const line = /^(?:\w*Error(?: \[\w+\])?: )(.+)$/mu.exec(stderr)?.[1];
  const words = /(?:was false\.|Status Message:) *(.+)$/u.exec(line ?? '')?.[1] ?? line;
  return words?.replace(/\.+$/u, '');
}
