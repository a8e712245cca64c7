import { z } from 'zod';
import { parseCheckedJson, stringRecord } from '../models/checked-json.ts';
import { badModel, quoted } from '../models/malformed.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** Files to choose a model's files from: a hub repository or a folder. */
export interface ModelFiles {
  /** For messages. */
  readonly name: string;
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

const pickle = /\.(?:bin|pt|pth|ckpt|pkl|pickle|joblib|h5)$/iu;
const cards = /^(?:README\.md|(?:LICEN[CS]E|NOTICE)(?:[._-]\w+)?(?:\.(?:txt|md))?)$/iu;
const folderFiles = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];
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
  const leftOut = paths.filter((path) => pickle.test(path));
  const about = paths.filter((path) => cards.test(path));
  const has = (path: string): boolean => from.sizes.has(path);
  if (chosen === undefined && adapterFiles.every(has)) {
    return { layout: 'adapter', paths: [...about, ...adapterFiles], leftOut };
  }
  if (chosen === undefined && has('config.json') && (has(weightFile) || has(indexFile))) {
    const weights = has(weightFile) ? [weightFile] : [indexFile, ...(await shardsOf(from))];
    const small = folderFiles.filter(has);
    return { layout: 'folder', paths: [...about, ...small, ...weights], leftOut };
  }
  return { layout: 'gguf', paths: [...about, chooseGguf(from, chosen, leftOut)], leftOut };
}

function chooseGguf(
  from: ModelFiles,
  chosen: string | undefined,
  leftOut: readonly string[],
): string {
  const files = [...from.sizes.keys()].filter((path) => /\.gguf$/iu.test(path)).sort();
  // Vision projectors and importance matrices are GGUF files too, but not models.
  const models = files.filter((path) => !/mmproj|imatrix/iu.test(path));
  if (chosen !== undefined && !files.includes(chosen)) {
    const list = models.length > 0 ? `it has ${models.join(', ')}` : 'it has no GGUF file';
    throw badModel(`${from.name} has no file ${quoted(chosen)}; ${list}.`);
  }
  const file = chosen ?? (models.length === 1 ? models[0] : undefined);
  if (file === undefined) {
    if (models.length === 0) throw nothingToTake(from.name, leftOut);
    const choices = models.map((path) => ({ path, bytes: from.sizes.get(path)! }));
    throw new ChoiceNeeded(from.name, choices);
  }
  if (/-\d{5}-of-\d{5}\.gguf$/iu.test(file)) {
    throw badModel(
      `${file} is one part of a split GGUF model, which is not supported; use a model in one file.`,
    );
  }
  return file;
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

/** Refuses a path that could lead outside the model's folder. */
function requireInside(path: string, name: string): void {
  const parts = path.split('/');
  const inside =
    !/[\\:\0]/u.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!inside)
    throw badModel(`${name} lists the file ${quoted(path)}, which is outside its folder.`);
}

function nothingToTake(name: string, leftOut: readonly string[]): TqError {
  return badModel(
    leftOut.length > 0
      ? `${name} stores its weights in pickle files (${leftOut[0]!}), which can run code when opened and are never used; look for safetensors or GGUF files of the model.`
      : `${name} contains no usable model; use a GGUF file, config.json with safetensors files, or an adapter (${adapterFiles.join(', ')}).`,
  );
}
