import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** What a process does with a model of the store. */
export type Purpose = 'changing' | 'using';

const claimSchema = z.object({
  folder: z.string(),
  purpose: z.enum(['changing', 'using']),
  processId: z.number().int().positive(),
  host: z.string(),
});
export type Claim = z.output<typeof claimSchema>;

/** Claims of other machines that share the folder expire when they are not renewed. */
const renewMs = 60_000;
const expiryMs = 10 * renewMs;

/** The lock is held for a few file operations; the lock of a dead process is taken over. */
const lockOptions = {
  stale: 10_000,
  update: 2000,
  realpath: false,
  retries: { retries: 400, factor: 1, minTimeout: 20, maxTimeout: 50, randomize: true },
  // Called when the process was suspended while it held the lock. A rename or a new file is still
  // atomic; the library's default would end the process.
  onCompromised: (): void => undefined,
};

/**
 * Records which processes change or use which models: one file for each claim, in a shared folder.
 * Claims of ended processes are ignored.
 */
export class StoreClaims {
  constructor(private readonly folder: string) {}

  /** Runs `work` while this process holds the store's lock; `work` must be short. */
  async withLock<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    const release = await lock(this.folder, lockOptions).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      throw new TqError(
        ErrorCode.storage,
        `The model store is locked by another process (${this.folder}.lock); try again when that process has ended.`,
        { cause: error },
      );
    });
    try {
      return await work();
    } finally {
      await release();
    }
  }

  /** Claims on one model by running processes; call it within `withLock`. */
  async claimsOn(folder: string): Promise<Claim[]> {
    const found: Claim[] = [];
    for (const name of await readdir(this.folder)) {
      if (!name.endsWith('.json')) continue;
      const path = join(this.folder, name);
      const claim = await readClaim(path);
      if (claim && (await isLive(claim, path))) {
        if (claim.folder === folder) found.push(claim);
      } else await rm(path, { force: true });
    }
    return found;
  }

  /**
   * Claims a model for this process; call it within `withLock`.
   * @returns a function that releases the claim
   */
  async add(folder: string, purpose: Purpose): Promise<() => Promise<void>> {
    const path = join(this.folder, `${randomUUID()}.json`);
    const claim: Claim = { folder, purpose, processId: process.pid, host: hostname() };
    await writeFile(path, JSON.stringify(claim));
    const timer = setInterval(() => {
      const now = new Date();
      void utimes(path, now, now).catch(() => undefined);
    }, renewMs);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await rm(path, { force: true });
    };
  }
}

async function readClaim(path: string): Promise<Claim | undefined> {
  try {
    return claimSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // The process was killed while it wrote the file.
    return undefined;
  }
}

async function isLive({ processId, host }: Claim, path: string): Promise<boolean> {
  if (host === hostname()) return isRunning(processId);
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < expiryMs;
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
