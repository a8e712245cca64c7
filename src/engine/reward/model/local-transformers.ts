import type * as Transformers from '@huggingface/transformers';
import { join, resolve } from 'node:path';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import { reasonOf } from '../../models/malformed.ts';
import { openRegularFile, UnreadableFile } from '../../limits/regular-file.ts';
import { withTimeLimit } from '../../limits/time-limit.ts';
import { watched } from '../../limits/watchdog.ts';
import { exactProducts } from '../../runtime/exact-products.ts';

/** The ONNX file in a model folder, with transformers.js's name of its number format. */
const weightFiles = [
  { file: 'model_quantized.onnx', dtype: 'q8' },
  { file: 'model.onnx', dtype: 'fp32' },
] as const;

/** ONNX Runtime reads at most this much of a file. */
const maxWeightBytes = 2 ** 31 - 1;
const maxJsonBytes = 100_000_000;

const tokenizerLimitMs = 10_000;
const runLimitMs = 60_000;

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

/** @throws TqError badModel that names a file that is missing, not regular or too large. */
export async function localModelFolder(folder: string): Promise<LocalModelFolder> {
  const path = resolve(folder);
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (!(await isThere(path, file, maxJsonBytes))) throw missing(path, file);
  }
  for (const { file, dtype } of weightFiles) {
    if (await isThere(path, join('onnx', file), maxWeightBytes)) return { path, dtype };
  }
  throw missing(path, weightFiles.map(({ file }) => `onnx/${file}`).join(' or '));
}

/**
 * Encodes a text with the tokenizer of a folder.
 * @throws TqError badModel after 10 s, or if it fails
 */
export function tokenizeWithin<T>({ path }: LocalModelFolder, encode: () => T): T {
  const late = (): TqError => {
    const sentence = `The tokenizer of '${path}' took more than ${seconds(tokenizerLimitMs)} and was stopped.`;
    return new TqError(ErrorCode.badModel, sentence);
  };
  try {
    return withTimeLimit(tokenizerLimitMs, encode, late);
  } catch (error) {
    throw failure(path, 'tokenizer', error);
  }
}

/**
 * Runs the model of a folder; the watchdog ends the engine after 60 s.
 * @throws TqError badModel if the run fails
 */
export async function runWithin<T>({ path }: LocalModelFolder, run: () => Promise<T>): Promise<T> {
  const sentence = `The model '${path}' took more than ${seconds(runLimitMs)} for one text, so the engine was stopped.`;
  try {
    return await watched({ limitMs: runLimitMs, code: ErrorCode.badModel, sentence }, run);
  } catch (error) {
    throw failure(path, 'model', error);
  }
}

function failure(path: string, part: string, error: unknown): TqError {
  if (error instanceof TqError) return error;
  const sentence = `The model folder '${path}' cannot be used: its ${part} fails on a text (${reasonOf(error)}).`;
  return new TqError(ErrorCode.badModel, sentence, { cause: error });
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
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

async function isThere(folder: string, file: string, maxBytes: number): Promise<boolean> {
  const refuse = (reason: string): never => {
    const sentence = `The model folder '${folder}' cannot be used: ${file} ${reason}.`;
    throw new TqError(ErrorCode.badModel, sentence);
  };
  try {
    const { handle, size } = await openRegularFile(join(folder, file));
    await handle.close();
    if (size > maxBytes) refuse(`has ${size} bytes; at most ${maxBytes} are allowed`);
    return true;
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return error.isMissing ? false : refuse(error.message);
  }
}

function missing(path: string, file: string): TqError {
  return new TqError(ErrorCode.badModel, `The model folder '${path}' has no ${file}.`);
}
