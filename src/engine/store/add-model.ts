import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { formatBytes } from '../../protocol/units.ts';
import { isAdapter } from '../models/adapter.ts';
import type { KnownModels } from './known-models.ts';
import {
  describeAdapter,
  describeModel,
  statedLicence,
  type ModelFacts,
} from './describe-model.ts';
import type { Wait } from './hub-fetch.ts';
import type { ModelStore, StoreEntry } from './model-store.ts';
import type { Origin } from './origin.ts';
import { baseFor, freeDisk, licenceNotStated, type Candidate } from './plan-model.ts';
import { bytesPresent, transferFile } from './transfer.ts';

export interface AddOptions {
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Called with the bytes present and the total. */
  readonly onBytes: (done: number, total: number) => void;
}

/** Names the source of an unfinished folder. */
const stateFile = 'tqstar-source.txt';

/**
 * Adds a model to the store; the caller has claimed its id. Continues an earlier attempt at the
 * same content, and keeps what has arrived if this attempt is interrupted.
 * @throws TqError hub, storage, or badModel; after badModel nothing is kept
 */
export async function addModel(
  origin: Origin,
  candidate: Candidate,
  store: ModelStore,
  finder: KnownModels,
  options: AddOptions,
): Promise<StoreEntry> {
  const { id, files, selection } = candidate;
  const work = store.unfinishedPath(id);
  await prepareFolder(work, origin.state);
  const places = new Map(files.map((file) => [file, join(work, basename(file.path))]));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const here = new Map<string, number>();
  for (const [file, place] of places) here.set(file.path, await bytesPresent(file, place));
  const report = (): void => {
    options.onBytes(sum(here.values()), total);
  };
  await requireDisk(store.folder, total - sum(here.values()));
  report();
  const stored: StoreEntry['files'] = [];
  for (const [file, place] of places) {
    if (here.get(file.path) !== file.size) await origin.probe(file);
    const onBytes = (bytes: number): void => {
      here.set(file.path, bytes);
      report();
    };
    const { signal, wait } = options;
    const sha256 = await transferFile(origin, file, place, { signal, wait, onBytes });
    stored.push({ path: basename(file.path), size: file.size, sha256 });
  }
  const main = selection.main === undefined ? work : join(work, basename(selection.main));
  const { facts, base } = await inspect(main, candidate, finder).catch(async (error: unknown) => {
    // The model is complete but unusable: downloading it again would not help.
    if (error instanceof TqError) await rm(work, { recursive: true, force: true });
    throw error;
  });
  const entry: StoreEntry = {
    version: 1,
    id,
    ...facts,
    title: origin.files.name,
    licence: origin.licence ?? (await statedLicence(main)) ?? licenceNotStated,
    source: origin.source,
    ...(base !== undefined && { base }),
    files: stored,
  };
  await rm(join(work, stateFile), { force: true });
  await store.publish(entry);
  return entry;
}

/** Creates the folder, or empties one with another source. */
async function prepareFolder(work: string, state: string): Promise<void> {
  const found = await lstat(work).catch(() => undefined);
  const kept =
    found?.isDirectory() &&
    (await readFile(join(work, stateFile), 'utf8').catch(() => '')) === state;
  if (kept) return;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await writeFile(join(work, stateFile), state);
}

/** Opens the model, which checks it. */
async function inspect(
  path: string,
  { base: planned, asked }: Candidate,
  finder: KnownModels,
): Promise<{ facts: ModelFacts; base: string | undefined }> {
  if (!(await isAdapter(path))) return { facts: await describeModel(path), base: undefined };
  // Whether a hub's GGUF file is an adapter shows only now.
  const base = planned ?? (await baseFor(path, finder, asked));
  return { facts: await describeAdapter(path, base.path), base: base.known?.id ?? base.path };
}

async function requireDisk(folder: string, bytes: number): Promise<void> {
  const free = await freeDisk(folder);
  if (free >= bytes) return;
  throw new TqError(
    ErrorCode.storage,
    `The model needs ${formatBytes(bytes)} of disk space in ${folder}, but only ${formatBytes(free)} are free; free some space or choose another store folder.`,
  );
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Turns an error of the operating system into a TqError; returns other errors unchanged. */
export function storeError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  const path = 'path' in error ? String(error.path) : folder;
  if (!path.startsWith(folder)) {
    return new TqError(ErrorCode.badModel, `${path} cannot be read (${code}).`, { cause: error });
  }
  const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code);
  return new TqError(
    ErrorCode.storage,
    full
      ? `The disk is full: the model does not fit into ${folder}. What was downloaded is kept; free some space and add the model again to continue, or choose another store folder.`
      : `The store folder ${folder} cannot be used (${code}); make it writable or choose another with TQSTAR_STORE or the setting tqstar.modelStore.`,
    { cause: error },
  );
}
