import { existsSync, readFileSync } from 'node:fs';

/** Whether a process of this id still runs. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  // Nobody may collect an orphan's exit status; it has ended all the same.
  const status = `/proc/${processId}/stat`;
  return !existsSync(status) || !/\) [ZX] /u.test(readFileSync(status, 'utf8'));
}

/** Resolves when no process of this id runs any more. */
export async function gone(processId: number): Promise<void> {
  while (isRunning(processId)) await new Promise((resolve) => setTimeout(resolve, 20));
}
