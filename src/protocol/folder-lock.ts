import { rmdir, stat } from 'node:fs/promises';
import { lock, type LockOptions } from 'proper-lockfile';

/** How a folder is locked against other processes. */
export interface FolderLock {
  /** Path of the lock, which is a folder. */
  readonly lockfilePath: string;
  /** Milliseconds without a renewal after which the lock of an ended process is taken over. */
  readonly stale: number;
  /** Wait longer than `stale` in sum. */
  readonly retries: Exclude<LockOptions['retries'], number | undefined>;
  /** Called when another process took over the lock, because this one was suspended. */
  readonly onLost: () => void;
}

/** Releasing a lock that another process has taken over. */
const notHeld = new Set(['ERELEASED', 'ENOTACQUIRED']);

/**
 * Locks a folder, and waits while another process holds the lock. The lock of an ended process is
 * taken over when its time is older than `stale`, or when it did not change for so long: its time
 * may lie ahead, after the clock was set back.
 * @returns a function that releases the lock
 * @throws Error with code ELOCKED if another process holds it
 */
export async function lockFolder(
  folder: string,
  options: FolderLock,
): Promise<() => Promise<void>> {
  const { onLost, ...others } = options;
  const given = { ...others, realpath: false, onCompromised: onLost };
  const began = performance.now();
  const before = await timeOf(options.lockfilePath);
  const release = await lock(folder, given).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    const isAbandoned =
      before !== undefined &&
      performance.now() - began > options.stale &&
      before === (await timeOf(options.lockfilePath));
    if (!isAbandoned) throw error;
    await rmdir(options.lockfilePath).catch(() => undefined);
    return lock(folder, { ...given, retries: 0 });
  });
  return async () => {
    await release().catch((error: unknown) => {
      if (!notHeld.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
  };
}

/** The time of the last renewal; undefined without a lock. */
async function timeOf(lockfilePath: string): Promise<number | undefined> {
  return stat(lockfilePath).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
