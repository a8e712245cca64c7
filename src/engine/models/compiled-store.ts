import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renameDurably, syncFolder } from '../../protocol/durable-files.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { isRunning, processIdentitySchema, thisProcess } from '../../protocol/process-identity.ts';
import type { HeadKind, LayerRange } from './architecture/architecture.ts';
import { stateOf, writeChecksums, type FolderState } from './compiled-checksums.ts';
import { compile, compilerVersion, graphFile, weightFile } from './compiler/compile.ts';
import type { CompileSource } from './compiler/compile-source.ts';
import type { GraphTarget } from './compiler/decoder.ts';
import type { FormatName } from './compiler/format.ts';

/** Identifies a compiled model; equal keys compile to the same graph. */
export interface CompiledKey {
  /** SHA-256 over the source's files, adapter included. */
  readonly contentHash: string;
  readonly format: FormatName;
  /** Default the CPU. */
  readonly target?: GraphTarget | undefined;
  /** Default all layers. */
  readonly range?: LayerRange | undefined;
  readonly head: HeadKind;
}

export interface CompileProgress {
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Called with a sentence if a damaged result is compiled again. */
  readonly onNote?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Changes when the same files are read as another model; a changed graph has its own version. */
const readerVersion = '2';

const unfinishedMark = '.unfinished-';
/** In an unfinished folder: the process that compiles. */
const ownerFile = 'owner.json';
/** For folders of which this machine cannot know whether their process runs. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;
const compiledFiles = [weightFile, graphFile];

/** Compiled models on disk, one folder each, named by a hash of the key. */
export class CompiledStore {
  constructor(readonly folder: string) {}

  path(key: CompiledKey): string {
    const { contentHash, format, range, head, target = 'cpu' } = key;
    const layers = range ? [`${range.from} to ${range.to}`] : [];
    const versions = [compilerVersion, readerVersion];
    const text = [contentHash, ...versions, format, head, target, ...layers].join('\n');
    return join(this.folder, createHash('sha256').update(text).digest('hex').slice(0, 32));
  }

  /**
   * Returns the folder of the compiled model; compiles it if needed. A model is compiled in a
   * temporary folder that is renamed when it is complete and on disk, so a kill or a power failure
   * leaves nothing under the final name. If two processes compile at once, the later uses the
   * earlier's result. A result that its checksums do not match is compiled again.
   */
  async open(
    key: CompiledKey,
    source: CompileSource,
    progress: CompileProgress = {},
  ): Promise<string> {
    const path = this.path(key);
    const found = await checkedState(path, progress.signal);
    if (found.kind === 'intact') return path;
    if (found.kind === 'damaged') {
      progress.onNote?.(
        `A compiled model in the cache is damaged (${found.reason} in ${path}), so it is compiled again.`,
      );
    }
    const work = `${path}${unfinishedMark}${randomUUID()}`;
    try {
      await mkdir(work, { recursive: true });
      await writeFile(join(work, ownerFile), JSON.stringify(await thisProcess()));
      await this.#removeAbandoned();
      await compile(source, work, { format: key.format, target: key.target, ...progress });
      await rm(join(work, ownerFile));
      await writeChecksums(work, compiledFiles);
      await syncFolder(work);
      await publish(work, path);
      return path;
    } catch (error) {
      throw storageError(this.folder, error);
    } finally {
      await rm(work, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Bytes of all compiled models on disk. */
  async size(): Promise<number> {
    let bytes = 0;
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      bytes += found?.size ?? 0;
    }
    return bytes;
  }

  /** Removes folders of compilations that were killed. */
  async #removeAbandoned(): Promise<void> {
    for (const entry of await readdir(this.folder)) {
      if (!entry.includes(unfinishedMark)) continue;
      const path = join(this.folder, entry);
      if (await isAbandoned(path)) await rm(path, { recursive: true, force: true });
    }
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const owner = await readFile(join(path, ownerFile), 'utf8')
    .then((text) => processIdentitySchema.parse(JSON.parse(text)))
    .catch(() => undefined);
  const isOwned = owner && (await isRunning(owner));
  if (isOwned !== undefined) return !isOwned;
  // Another process may remove its own folder at any moment.
  const started = await stat(path).catch(() => undefined);
  // A time far ahead is from before the clock was set back.
  return started !== undefined && Math.abs(Date.now() - started.mtimeMs) > abandonedAfterMs;
}

/** Gives the complete folder its final name, unless another process was faster. */
async function publish(work: string, path: string): Promise<void> {
  try {
    await renameDurably(work, path);
  } catch {
    if ((await stateOf(path, compiledFiles)).kind === 'intact') return;
    // The existing folder is damaged, or someone removed files from it.
    await rm(path, { recursive: true, force: true });
    await renameDurably(work, path);
  }
}

async function checkedState(path: string, signal: AbortSignal | undefined): Promise<FolderState> {
  const found = await stateOf(path, compiledFiles, signal);
  if (found.kind === 'intact') {
    // Marks the model as recently used, for a person who cleans up by date.
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
  }
  return found;
}

function storageError(folder: string, error: unknown): unknown {
  // Failures of the source are TqErrors; errors of the operating system concern the cache.
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new TqError(
    ErrorCode.storage,
    full
      ? `The disk is full: the compiled model does not fit into ${folder}; free some space or set TQSTAR_CACHE to a folder on another disk.`
      : `The cache folder ${folder} cannot be written (${code}); make it writable or set TQSTAR_CACHE to another folder.`,
    { cause: error },
  );
}
