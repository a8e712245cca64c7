import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { modelKindSchema } from '../../protocol/store.ts';
import type { ManifestModel } from '../models/manifest.ts';
import { folderOfId } from './model-reference.ts';
import { StoreClaims } from './store-claims.ts';

const fileSchema = z.strictObject({
  /** In the model's folder. */
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
  /** Id or absolute path of the model that an adapter belongs on. */
  base: z.string().optional(),
  family: z.string(),
  format: z.string(),
  weights: z.number().nonnegative(),
  files: z.array(fileSchema).min(1),
});

/** What the store knows of a model. */
export type StoreEntry = z.output<typeof entrySchema>;

/** Written last, so that a folder with it is whole. */
const entryFile = 'tqstar-model.json';
const unfinishedFolder = '.unfinished';
const removedFolder = '.removed';

/**
 * Models that a person added: a folder each, shared between processes. A model is put together in
 * a folder of its own and renamed when it is whole, so there are no half models under an id.
 */
export class ModelStore {
  readonly #claims: StoreClaims;

  constructor(readonly folder: string) {
    this.#claims = new StoreClaims(join(folder, '.claims'));
  }

  /** Every model that is whole; a folder that is none of ours is passed over. */
  async list(): Promise<StoreEntry[]> {
    const found = await readdir(this.folder, { withFileTypes: true }).catch(() => []);
    const names = found.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const entries = await Promise.all(names.map(({ name }) => this.#read(name)));
    return entries.filter((entry) => entry !== undefined);
  }

  async find(id: string): Promise<StoreEntry | undefined> {
    return (await this.list()).find((entry) => entry.id === id);
  }

  /** Files with paths from the store on, as the manifest of what ships has them. */
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

  /** Where a model is put together; what came of an earlier try is there. */
  unfinishedPath(id: string): string {
    return join(this.folder, unfinishedFolder, folderOfId(id));
  }

  /**
   * Claims an id for a model that is being added.
   * @param onWait called when another process is adding it; tried again until that is done
   * @returns gives it back
   * @throws TqError invalidInput where another id has the same folder
   */
  async claim(
    id: string,
    pause: () => Promise<void>,
    onWait: () => void,
  ): Promise<() => Promise<void>> {
    const folder = folderOfId(id);
    for (let tries = 0; ; tries++) {
      const release = await this.#claims.alone(async () => {
        const present = await this.#entryIn(folder);
        if (present && present.id !== id) throw taken(id, present.id);
        if (!present) await this.#requireNothingAt(folder);
        const others = await this.#claims.on(folder);
        if (others.some(({ purpose }) => purpose === 'changing')) return undefined;
        return this.#claims.add(folder, 'changing');
      });
      if (release) return release;
      if (tries === 0) onWait();
      await pause();
    }
  }

  /** Says that this process has a model in memory, so that no other removes it. */
  async use(id: string): Promise<() => Promise<void>> {
    try {
      return await this.#claims.alone(() => this.#claims.add(folderOfId(id), 'using'));
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // A store that somebody else keeps can be read all the same.
      if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return async () => undefined;
      throw error;
    }
  }

  /** Gives a model that is whole, in its unfinished folder, its place. */
  async publish(entry: StoreEntry): Promise<void> {
    const work = this.unfinishedPath(entry.id);
    const handle = await open(join(work, entryFile), 'w');
    try {
      await handle.writeFile(JSON.stringify(entrySchema.parse(entry), undefined, 2));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#claims.alone(async () => {
      await rename(work, join(this.folder, folderOfId(entry.id)));
    });
  }

  /**
   * Removes a model, or what came of one that is unfinished.
   * @returns whether there was anything
   * @throws TqError invalidInput when it is in use, also as the base of an adapter
   */
  async remove(id: string): Promise<boolean> {
    const folder = folderOfId(id);
    const grave = join(this.folder, removedFolder);
    const removed = await this.#claims.alone(async () => {
      const entry = await this.#entryIn(folder);
      if (entry && entry.id !== id) return false;
      const [user] = await this.#claims.on(folder);
      if (user)
        throw inUse(id, `the process ${user.processId} on ${user.host} is ${user.purpose} it`);
      const adapter = (await this.list()).find(({ base }) => base === id);
      if (entry && adapter) throw inUse(id, `the adapter ${adapter.id} belongs on it`);
      await mkdir(grave, { recursive: true });
      const places = [join(this.folder, folder), this.unfinishedPath(id)];
      const moved = await Promise.all(
        places.map((place) => rename(place, join(grave, randomUUID())).then(found, nothing)),
      );
      return moved.includes(true);
    });
    // What cannot be deleted now, for another program reads it, goes with the next.
    await rm(grave, { recursive: true, force: true }).catch(() => undefined);
    return removed;
  }

  /**
   * A folder without our entry is somebody's own, or was damaged: either way it is not ours to
   * replace.
   */
  async #requireNothingAt(folder: string): Promise<void> {
    const path = join(this.folder, folder);
    if (!(await lstat(path).catch(() => undefined))) return;
    throw new TqError(
      ErrorCode.storage,
      `There is something at ${path} that is no model of the store; move it away first.`,
    );
  }

  async #entryIn(folder: string): Promise<StoreEntry | undefined> {
    // Names that differ in case only are one folder on some systems.
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

  /** @throws TqError badModel for a link, which could lead out of the store */
  async requireNoLinks({ id, files }: StoreEntry): Promise<void> {
    const folder = join(this.folder, folderOfId(id));
    for (const path of [folder, ...files.map((file) => join(folder, file.path))]) {
      const found = await lstat(path).catch(() => undefined);
      if (!found?.isSymbolicLink()) continue;
      throw new TqError(
        ErrorCode.badModel,
        `${path} is a link, which leaves the store; remove the model ${id} and add it again.`,
      );
    }
  }
}

const found = (): boolean => true;

function nothing(error: NodeJS.ErrnoException): boolean {
  if (error.code === 'ENOENT') return false;
  throw error;
}

function taken(id: string, other: string): TqError {
  return new TqError(
    ErrorCode.invalidInput,
    `The id "${id}" would have the same folder as the model "${other}"; choose another with --id.`,
  );
}

function inUse(id: string, how: string): TqError {
  return new TqError(ErrorCode.invalidInput, `The model ${id} is in use: ${how}; end that first.`);
}
