import type * as Transformers from '@huggingface/transformers';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { reasonOf } from '../../models/malformed.ts';
import { exactProducts } from '../../runtime/exact-products.ts';

/** The ONNX file in a model folder, with transformers.js's name of its number format. */
const weightFiles = [
  { file: 'model_quantized.onnx', dtype: 'q8' },
  { file: 'model.onnx', dtype: 'fp32' },
] as const;

/** A folder in the layout of transformers.js: config.json, tokenizer.json and onnx/model*.onnx. */
export interface LocalModelFolder {
  /** Absolute, because transformers.js reads a relative path of two names as a hub model's id. */
  readonly path: string;
  readonly dtype: (typeof weightFiles)[number]['dtype'];
}

type WeightOptions = Parameters<typeof Transformers.AutoModel.from_pretrained>[1];

/** Imports transformers.js with downloads disabled; only on first use, because it starts slowly. */
export async function localTransformers(): Promise<typeof Transformers> {
  const transformers = await import('@huggingface/transformers');
  transformers.env.allowRemoteModels = false;
  return transformers;
}

/** Keeps transformers.js from downloading a file that is missing. */
export const localFiles = { local_files_only: true } as const;

/** Options of `from_pretrained` that load the weights of a local folder. */
export async function weightOptions({ dtype }: LocalModelFolder): Promise<WeightOptions> {
  // Threads that spin while they wait would take cores from the language model.
  const session = { ...(await exactProducts()), intra_op: { allow_spinning: '0' } };
  return { ...localFiles, dtype, device: 'cpu', session_options: { extra: { session } } };
}

/** @throws TqError badModel that names the missing file. */
export async function localModelFolder(folder: string): Promise<LocalModelFolder> {
  const path = resolve(folder);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!(await exists(join(path, file)))) throw missing(path, file);
  }
  for (const { file, dtype } of weightFiles) {
    if (await exists(join(path, 'onnx', file))) return { path, dtype };
  }
  throw missing(path, weightFiles.map(({ file }) => `onnx/${file}`).join(' or '));
}

/** Runs a loading step. @throws TqError badModel that names the folder if the step fails. */
export async function loadFrom<Loaded>(
  folder: LocalModelFolder,
  load: () => Promise<Loaded>,
): Promise<Loaded> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof TqError) throw error;
    throw new TqError(
      ErrorCode.badModel,
      `The model folder '${folder.path}' cannot be loaded: ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function missing(path: string, file: string): TqError {
  return new TqError(ErrorCode.badModel, `The model folder '${path}' has no ${file}.`);
}
