import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Adapter } from './adapter.ts';
import type { Architecture, DecoderShape, HeadKind, NamedWeights } from './architecture/architecture.ts';
import { llama } from './architecture/llama.ts';
import type { CompileSource } from './compiler/compile.ts';
import { openGguf, type GgufFile } from './gguf/gguf-file.ts';
import { ggufWeights, safetensorsWeights } from './named-weights.ts';
import { readConfig } from './read-config.ts';
import { openSafetensors } from './safetensors.ts';
import { tokenizerFromFolder } from './tokenizer/folder-tokenizer.ts';
import { tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';

/** Every architecture that can be compiled. */
export const architectures: readonly Architecture[] = [llama];

/** A model on disk whose header was read and checked; weights are read when it is compiled. */
export interface OpenModel {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
  /** Files whose content decides what is computed. */
  readonly files: readonly string[];
  tokenizer(): Promise<TextTokenizer>;
  close(): Promise<void>;
}

/** Opens a GGUF file or a Hugging Face folder (config.json and safetensors). */
export async function openModel(path: string): Promise<OpenModel> {
  const found = await stat(path).catch((error: unknown) => {
    throw new TqError(
      ErrorCode.badModel,
      `There is no model at ${path}; give a GGUF file or a folder with config.json and safetensors files.`,
      { cause: error },
    );
  });
  return found.isDirectory() ? openFolder(path) : openFile(path);
}

/** @throws TqError badModel listing those that are supported */
export function architectureOf(
  kind: unknown,
  list: (architecture: Architecture) => readonly string[],
  model: string,
): Architecture {
  const architecture = architectures.find((a) => typeof kind === 'string' && list(a).includes(kind));
  if (architecture) return architecture;
  throw new TqError(
    ErrorCode.badModel,
    `${model} is of the architecture "${String(kind)}", which is not supported; supported are ${architectures.flatMap(list).join(', ')}.`,
  );
}

async function openFile(path: string): Promise<OpenModel> {
  const name = basename(path);
  const file = await openGguf(path);
  try {
    const kind = file.metadata.get('general.architecture');
    const architecture = architectureOf(kind, (a) => a.ggufArchitectures, name);
    const shape = await withRopeFactors(architecture.shapeFromGguf(file.metadata, name), file);
    return {
      name,
      architecture,
      shape,
      weights: ggufWeights(file, architecture, shape, name),
      files: [path],
      tokenizer: async () => tokenizerFromGguf(file.metadata),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** llama.cpp stores Llama 3's rope scaling as one divisor a frequency. */
async function withRopeFactors(shape: DecoderShape, file: GgufFile): Promise<DecoderShape> {
  const tensor = file.tensors.get('rope_freqs.weight');
  if (tensor?.shape[0] !== shape.rope.inverseFrequencies.length) return shape;
  const factors = await file.read(tensor.name);
  const scaled = shape.rope.inverseFrequencies.map((frequency, i) => frequency / factors[i]!);
  return { ...shape, rope: { inverseFrequencies: scaled } };
}

async function openFolder(path: string): Promise<OpenModel> {
  const name = basename(path);
  const config = await readConfig(join(path, 'config.json'), z.looseObject({ model_type: z.string() }));
  const architecture = architectureOf(config.model_type, (a) => a.modelTypes, name);
  const shape = architecture.shapeFromConfig(config, name);
  const file = await openSafetensors(path);
  const weightFiles = (await readdir(path)).filter((entry) => entry.endsWith('.safetensors')).sort();
  return {
    name,
    architecture,
    shape,
    weights: safetensorsWeights(file, name),
    files: ['config.json', ...weightFiles].map((entry) => join(path, entry)),
    tokenizer: () => tokenizerFromFolder(path),
    close: () => file.close(),
  };
}

/** What the compiler needs of a model, with an adapter's weights applied where there is one. */
export function compileSource(
  model: OpenModel,
  adapter: Adapter | undefined,
  head: HeadKind,
): CompileSource {
  const { languageHead, scoreHead } = model.architecture;
  return {
    name: adapter ? `${model.name} + ${adapter.name}` : model.name,
    architecture: model.architecture,
    shape: model.shape,
    weights: adapter ? adapter.apply(model.weights, [languageHead, scoreHead]) : model.weights,
    head,
  };
}

/** SHA-256 (hex) over the content of files, in order. */
export async function contentHash(files: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = createReadStream(file, { highWaterMark: 1 << 20 });
    await pipeline(content, hash, { end: false, signal });
  }
  return hash.digest('hex');
}
