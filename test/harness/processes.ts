import { existsSync, readFileSync } from 'node:fs';

/** Whether a process with this id is running. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  // An ended orphan can stay a zombie when nothing collects its exit status.
  const status = `/proc/${processId}/stat`;
  return !existsSync(status) || !/\) [ZX] /u.test(readFileSync(status, 'utf8'));
}

/** Resolves when no process with this id is running. */
export async function gone(processId: number): Promise<void> {
  while (isRunning(processId)) await new Promise((resolve) => setTimeout(resolve, 20));
}
