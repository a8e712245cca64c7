import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeviceName } from '../../protocol/device-names.ts';
import { requireJsonSize } from '../models/checked-json.ts';
import { partNames, splitName } from '../models/gguf/split-names.ts';
import { modelName } from '../models/hub-cache.ts';
import { badModel } from '../models/malformed.ts';
import { statedLicence } from './describe-model.ts';
import type { HubRequests } from './hub-fetch.ts';
import { HubRepository, type HubFile } from './hub-repository.ts';
import type { ModelFiles } from './model-files.ts';
import type { HubReference, LocalReference } from './model-reference.ts';
import type { ByteSource } from './transfer.ts';

/** The source of a model to add: a hub, or a path on this machine. */
export interface Origin extends ByteSource {
  readonly files: ModelFiles;
  /** The source as a person would cite it. */
  readonly source: string;
  /** Equal states have equal content, so that an interrupted transfer can be resumed. */
  readonly state: string;
  readonly licence: string | undefined;
  readonly gated: boolean;
  /** Path of the model, if it is on this machine. */
  readonly path: string | undefined;
  /** Parameter count and architecture that the hub read from the GGUF files. */
  readonly gguf: { readonly total: number; readonly architecture: string } | undefined;
  file(path: string): HubFile;
  /** Checks before a long transfer that a file can be accessed. */
  probe(file: HubFile): Promise<void>;
}

export async function openHub(
  { repository, revision }: HubReference,
  requests: HubRequests,
): Promise<Origin> {
  const hub = await HubRepository.open(requests, revision);
  const { endpoint } = requests.access;
  return {
    files: hub,
    source: `${repository}, commit ${hub.commit}, from ${new URL(endpoint).host}`,
    state: `${endpoint} ${repository} ${hub.commit}`,
    licence: hub.licence,
    gated: hub.gated,
    path: undefined,
    gguf: hub.gguf,
    file: (path) => hub.files.get(path)!,
    stream: (file, start) => hub.stream(file, start),
    probe: (file) => hub.probe(file),
  };
}

/** The names of a GGUF file and of the other parts of its model. */
function namesOfParts(file: string): string[] {
  const split = splitName(file);
  return split ? partNames(split) : [file];
}

/**
 * A GGUF file with the other parts of its model, or the files of a folder. Links are followed: they
 * are the user's own.
 */
export async function openLocal({ path }: LocalReference, signal: AbortSignal): Promise<Origin> {
  const isFolder = (await stat(path)).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const names = isFolder ? await readdir(path) : namesOfParts(basename(path));
  const sizes = new Map<string, number>();
  const state = createHash('sha256').update(path);
  for (const name of names.sort()) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    // Skip names that are invalid on Windows.
    if (!found?.isFile() || /[\\:]/u.test(name) || isDeviceName(name)) continue;
    sizes.set(name, found.size);
    state.update(`\n${name} ${found.size} ${found.mtimeMs}`);
  }
  if (!isFolder && !/\.gguf$/iu.test(path)) {
    throw badModel(`${basename(path)} is not a model; give a GGUF file or a model folder.`);
  }
  return {
    files: {
      name: modelName(path),
      ...(isFolder && { folder }),
      sizes,
      read: async (name) => {
        requireJsonSize(sizes.get(name)!, name);
        return readFile(join(folder, name));
      },
    },
    source: path,
    state: state.digest('hex'),
    licence: await statedLicence(path),
    gated: false,
    path,
    gguf: undefined,
    file: (name) => ({ path: name, size: sizes.get(name)!, sha256: undefined, gitHash: undefined }),
    stream: (file, start) =>
      createReadStream(join(folder, file.path), { start, highWaterMark: 1 << 20, signal }),
    probe: async () => undefined,
  };
}
