import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { lockFolder } from '../../protocol/folder-lock.ts';
import { isRunning, processIdentitySchema, thisProcess } from '../../protocol/process-identity.ts';

/** What a process does with a model of the store. */
export type Purpose = 'changing' | 'using';

const claimSchema = processIdentitySchema.extend({
  folder: z.string(),
  purpose: z.enum(['changing', 'using']),
});
export type Claim = z.output<typeof claimSchema>;

/**
 * Claims expire when they are not renewed if this machine cannot know whether their process runs,
 * such as those of other machines that share the folder.
 */
const renewMs = 60_000;
const expiryMs = 10 * renewMs;

/** The lock is held for a few file operations; the lock of a dead process is taken over. */
const lockOptions = {
  stale: 10_000,
  retries: { retries: 400, factor: 1, minTimeout: 30, maxTimeout: 50, randomize: true },
  // A rename or a new file is still atomic.
  onLost: (): void => undefined,
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
    const lockfilePath = `${this.folder}.lock`;
    const options = { lockfilePath, ...lockOptions };
    const release = await lockFolder(this.folder, options).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      throw new TqError(
        ErrorCode.storage,
        `The model store is locked by another process (${lockfilePath}); try again when that process has ended.`,
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
    const claim: Claim = { folder, purpose, ...(await thisProcess()) };
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

async function isLive(claim: Claim, path: string): Promise<boolean> {
  return (await isRunning(claim)) ?? (await isRenewed(path));
}

/** A time far ahead is from before the clock was set back. */
async function isRenewed(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) < expiryMs;
}
