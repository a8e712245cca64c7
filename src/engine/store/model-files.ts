import { z } from 'zod';
import { isDeviceName } from '../../protocol/device-names.ts';
import { parseCheckedJson, stringRecord } from '../models/checked-json.ts';
import { contentInstead, isPickle } from '../models/folder-content.ts';
import { modelFilesOf, partNames, splitName } from '../models/gguf/split-names.ts';
import { badModel, quoted } from '../models/malformed.ts';
import { adapterTokenizerFiles } from '../models/tokenizer/adapter-tokenizer.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** Files to choose a model's files from: a hub repository or a folder. */
export interface ModelFiles {
  /** For messages. */
  readonly name: string;
  /** Path of the folder, if it is on this machine. */
  readonly folder?: string;
  /** Bytes of each file by path, with / between folders. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The content of a small file. */
  read(path: string): Promise<Buffer>;
}

/** The files chosen for a model. */
export interface Selection {
  readonly layout: 'gguf' | 'folder' | 'adapter';
  /** Small files first. */
  readonly paths: readonly string[];
  /** The GGUF file, or the first of its parts. */
  readonly main?: string;
  /** Pickle files, which are never taken because opening them can run code. */
  readonly leftOut: readonly string[];
}

/** The user must choose one of several GGUF files. */
export class ChoiceNeeded extends TqError {
  constructor(
    name: string,
    readonly choices: readonly { readonly path: string; readonly bytes: number }[],
  ) {
    const list = choices.map(({ path }) => path).join(', ');
    super(ErrorCode.invalidInput, `${name} has several GGUF files; choose one of ${list}.`);
  }
}

const cards = /^(?:README\.md|(?:LICEN[CS]E|NOTICE)(?:[._-]\w+)?(?:\.(?:txt|md))?)$/iu;
const folderFiles = ['config.json', ...adapterTokenizerFiles];
const weightFile = 'model.safetensors';
const indexFile = 'model.safetensors.index.json';
const adapterFiles = ['adapter_config.json', 'adapter_model.safetensors'];

/**
 * Chooses the files that the model needs.
 * @param chosen a GGUF file, if there are several
 * @throws TqError badModel if there is no usable model, shards are missing or a path leaves the
 *   folder; ChoiceNeeded
 */
export async function selectFiles(from: ModelFiles, chosen?: string): Promise<Selection> {
  const paths = [...from.sizes.keys()];
  for (const path of paths) requireInside(path, from.name);
  const leftOut = paths.filter(isPickle);
  const about = paths.filter((path) => cards.test(path));
  const has = (path: string): boolean => from.sizes.has(path);
  if (chosen === undefined && adapterFiles.every(has)) {
    const own = adapterTokenizerFiles.filter(has);
    return { layout: 'adapter', paths: [...about, ...own, ...adapterFiles], leftOut };
  }
  if (chosen === undefined && has('config.json') && (has(weightFile) || has(indexFile))) {
    const weights = has(weightFile) ? [weightFile] : [indexFile, ...(await shardsOf(from))];
    const small = folderFiles.filter(has);
    return { layout: 'folder', paths: [...about, ...small, ...weights], leftOut };
  }
  const parts = partsOf(chooseGguf(from, chosen), from);
  return { layout: 'gguf', paths: [...about, ...parts], main: parts[0]!, leftOut };
}

/** Maximum number of files that a message lists. */
const maxListed = 30;

function chooseGguf(from: ModelFiles, chosen: string | undefined): string {
  const models = modelFilesOf(from.sizes.keys());
  if (chosen !== undefined && !(/\.gguf$/iu.test(chosen) && from.sizes.has(chosen))) {
    const list =
      models.length > 0
        ? `it has ${models.slice(0, maxListed).map(quoted).join(', ')}`
        : 'it has no GGUF file';
    throw badModel(`${from.name} has no file ${quoted(chosen)}; ${list}.`);
  }
  const file = chosen ?? (models.length === 1 ? models[0] : undefined);
  if (file === undefined) {
    if (models.length === 0) throw nothingToTake(from);
    const choices = models.map((path) => ({ path, bytes: sizeOfParts(path, from) }));
    throw new ChoiceNeeded(from.name, choices);
  }
  return file;
}

function sizeOfParts(path: string, { sizes }: ModelFiles): number {
  const split = splitName(path);
  const parts = split ? partNames(split) : [path];
  return parts.reduce((sum, part) => sum + (sizes.get(part) ?? 0), 0);
}

/** All parts of the model that a GGUF file belongs to. */
function partsOf(path: string, { name, sizes }: ModelFiles): string[] {
  const split = splitName(path);
  if (!split) return [path];
  const parts = partNames(split);
  const missing = parts.filter((part) => !sizes.has(part));
  if (missing.length === 0) return parts;
  throw badModel(
    `${name} has no ${quoted(missing[0]!)}; ${path} is one of ${split.count} parts of a model, and ${missing.length} of them are missing. Download all parts.`,
  );
}

const indexSchema = z.object({ weight_map: stringRecord });

async function shardsOf(from: ModelFiles): Promise<string[]> {
  const index = parseCheckedJson(await from.read(indexFile), indexSchema, indexFile);
  const shards = [...new Set(Object.values(index.weight_map))].sort();
  for (const shard of shards) requireInside(shard, indexFile);
  const below = shards.find((shard) => shard.includes('/'));
  if (below !== undefined) {
    throw badModel(
      `${indexFile} of ${from.name} lists ${quoted(below)}; shards in subfolders are not supported.`,
    );
  }
  const missing = shards.filter((shard) => !from.sizes.has(shard));
  if (shards.length > 0 && missing.length === 0) return shards;
  throw badModel(
    shards.length === 0
      ? `${indexFile} of ${from.name} names no shards.`
      : `${from.name} has no ${quoted(missing[0]!)}, which is listed in its ${indexFile}; ${missing.length} of ${shards.length} shards are missing.`,
  );
}

/** Refuses a path that could lead outside the model's folder, or to a device. */
function requireInside(path: string, name: string): void {
  const parts = path.split('/');
  const inside =
    !/[\\:\0]/u.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!inside)
    throw badModel(`${name} lists the file ${quoted(path)}, which is outside its folder.`);
  if (parts.some(isDeviceName))
    throw badModel(`${name} lists the file ${quoted(path)}, which is a device on Windows.`);
}

function nothingToTake({ name, sizes, folder }: ModelFiles): TqError {
  const instead = contentInstead([...sizes.keys()], folder ?? name);
  return badModel(
    `${name} ${instead ?? `contains no usable model; use a GGUF file, config.json with safetensors files, or an adapter (${adapterFiles.join(', ')})`}.`,
  );
}
