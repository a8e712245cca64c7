import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { renameDurably, syncFolder } from '../../protocol/durable-files.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { modelKindSchema } from '../../protocol/store.ts';
import type { ManifestModel } from '../models/manifest.ts';
import { folderOfId } from './model-reference.ts';
import { StoreClaims } from './store-claims.ts';

const fileSchema = z.strictObject({
  /** Relative to the model's folder. */
  path: z
    .string()
    .regex(/^[^\\/:\0]+$/u)
    .refine((path) => path !== '.' && path !== '..'),
  size: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});

const entrySchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1).max(200),
  kind: modelKindSchema,
  title: z.string(),
  licence: z.string(),
  source: z.string(),
  /** Id or absolute path of an adapter's base model. */
  base: z.string().optional(),
  family: z.string(),
  format: z.string(),
  weights: z.number().nonnegative(),
  files: z.array(fileSchema).min(1),
});

/** The store's record of a model. */
export type StoreEntry = z.output<typeof entrySchema>;

/** Written last: a folder with this file is complete. */
const entryFile = 'tqstar-model.json';
const unfinishedFolder = '.unfinished';
const removedFolder = '.removed';

/**
 * Models that the user added, one folder each, shared between processes. A model is assembled in
 * another folder and renamed when it is complete, so no id ever refers to a partial model.
 */
export class ModelStore {
  readonly #claims: StoreClaims;

  constructor(readonly folder: string) {
    this.#claims = new StoreClaims(join(folder, '.claims'));
  }

  /** All complete models; skips folders that the store did not create. */
  async list(): Promise<StoreEntry[]> {
    const found = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    const names = found.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const entries = await Promise.all(names.map(({ name }) => this.#read(name)));
    return entries.filter((entry) => entry !== undefined);
  }

  async find(id: string): Promise<StoreEntry | undefined> {
    return (await this.list()).find((entry) => entry.id === id);
  }

  /** The entry as a manifest has it, with paths relative to the store. */
  manifestOf({ id, kind, title, licence, source, base, files }: StoreEntry): ManifestModel {
    const folder = folderOfId(id);
    const inStore = files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
    return {
      id,
      kind,
      title,
      licence,
      source,
      ...(base !== undefined && { base }),
      files: inStore,
    };
  }

  /** Where a model is assembled; may contain files of an earlier attempt. */
  unfinishedPath(id: string): string {
    return join(this.folder, unfinishedFolder, folderOfId(id));
  }

  /**
   * Claims an id for a model that is being added; waits while another process adds it.
   * @param pause waits between attempts
   * @param onWait called once before the first wait
   * @returns a function that releases the claim
   * @throws TqError invalidInput if another id has the same folder
   */
  async claim(
    id: string,
    pause: () => Promise<void>,
    onWait: () => void,
  ): Promise<() => Promise<void>> {
    const folder = folderOfId(id);
    for (let tries = 0; ; tries++) {
      const release = await this.#claims.withLock(async () => {
        const present = await this.#entryIn(folder);
        if (present && present.id !== id) throw folderTaken(id, present.id);
        if (!present) await this.#requireNothingAt(folder);
        const others = await this.#claims.claimsOn(folder);
        if (others.some(({ purpose }) => purpose === 'changing')) return undefined;
        return this.#claims.add(folder, 'changing');
      });
      if (release) return release;
      if (tries === 0) onWait();
      await pause();
    }
  }

  /** Claims a model that this process has in memory, so that no process removes it. */
  async use(id: string): Promise<() => Promise<void>> {
    try {
      return await this.#claims.withLock(() => this.#claims.add(folderOfId(id), 'using'));
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // A read-only store, kept by someone else, can still be used.
      if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return async () => undefined;
      throw error;
    }
  }

  /** Moves a complete model from its unfinished folder to its final one. */
  async publish(entry: StoreEntry): Promise<void> {
    const work = this.unfinishedPath(entry.id);
    const handle = await open(join(work, entryFile), 'w');
    try {
      await handle.writeFile(JSON.stringify(entrySchema.parse(entry), undefined, 2));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(work);
    await this.#claims.withLock(() => renameDurably(work, join(this.folder, folderOfId(entry.id))));
  }

  /**
   * Removes a model, or the files of an unfinished one.
   * @returns whether anything was removed
   * @throws TqError invalidInput if it is in use, or is the base of an adapter
   */
  async remove(id: string): Promise<boolean> {
    const folder = folderOfId(id);
    const trash = join(this.folder, removedFolder);
    const removed = await this.#claims.withLock(async () => {
      const entry = await this.#entryIn(folder);
      if (entry && entry.id !== id) return false;
      const [user] = await this.#claims.claimsOn(folder);
      if (user)
        throw inUse(id, `the process ${user.processId} on ${user.host} is ${user.purpose} it`);
      const adapter = (await this.list()).find(({ base }) => base === id);
      if (entry && adapter) throw inUse(id, `it is the base of the adapter ${adapter.id}`);
      await mkdir(trash, { recursive: true });
      const places = [join(this.folder, folder), this.unfinishedPath(id)];
      const moved = await Promise.all(
        places.map((place) => rename(place, join(trash, randomUUID())).then(found, nothing)),
      );
      return moved.includes(true);
    });
    // Files that another program still reads are deleted with the next model.
    await rm(trash, { recursive: true, force: true }).catch(() => undefined);
    return removed;
  }

  /**
   * Refuses to replace a folder without a valid entry: it may be the user's, or a damaged model.
   */
  async #requireNothingAt(folder: string): Promise<void> {
    const path = join(this.folder, folder);
    if (!(await lstat(path).catch(() => undefined))) return;
    throw new TqError(
      ErrorCode.storage,
      `${path} exists but is not a model of the store; move it away first.`,
    );
  }

  async #entryIn(folder: string): Promise<StoreEntry | undefined> {
    // Some systems do not distinguish upper and lower case.
    const names = await readdir(this.folder).catch(() => []);
    const name = names.find((each) => each.toLowerCase() === folder.toLowerCase());
    return name === undefined ? undefined : this.#read(name);
  }

  async #read(name: string): Promise<StoreEntry | undefined> {
    const path = join(this.folder, name, entryFile);
    try {
      const text = await readFile(path, 'utf8');
      const entry = entrySchema.parse(JSON.parse(text));
      return folderOfId(entry.id) === name ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  /** @throws TqError badModel for a link, which could lead outside the store */
  async requireNoLinks({ id, files }: StoreEntry): Promise<void> {
    const folder = join(this.folder, folderOfId(id));
    for (const path of [folder, ...files.map((file) => join(folder, file.path))]) {
      const found = await lstat(path).catch(() => undefined);
      if (!found?.isSymbolicLink()) continue;
      throw new TqError(
        ErrorCode.badModel,
        `${path} is a link, which is not allowed in the store; remove the model ${id} and add it again.`,
      );
    }
  }
}

const found = (): boolean => true;

function nothing(error: NodeJS.ErrnoException): boolean {
  if (error.code === 'ENOENT') return false;
  throw error;
}

function folderTaken(id: string, other: string): TqError {
  return new TqError(
    ErrorCode.invalidInput,
    `The id "${id}" would use the same folder as the model "${other}"; choose another id with --id.`,
  );
}

function inUse(id: string, how: string): TqError {
  return new TqError(ErrorCode.invalidInput, `The model ${id} is in use: ${how}.`);
}
