import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Adapter } from './adapter.ts';
import {
  allLayers,
  biasName,
  type Architecture,
  type DecoderShape,
  type HeadKind,
  type LayerRange,
  type NamedWeights,
  type Rope,
} from './architecture/architecture.ts';
import { gemma } from './architecture/gemma.ts';
import { gemma3 } from './architecture/gemma3.ts';
import { gptNeox } from './architecture/gpt-neox.ts';
import { llama } from './architecture/llama.ts';
import { mistral } from './architecture/mistral.ts';
import { qwen2, qwen3 } from './architecture/qwen.ts';
import { requireFiniteRope } from './architecture/shape.ts';
import type { CompileSource } from './compiler/compile-source.ts';
import { openGguf, type GgufFile } from './gguf/gguf-file.ts';
import { labelNames } from './labels.ts';
import { ggufWeights, safetensorsWeights } from './named-weights.ts';
import { badModel } from './malformed.ts';
import { streamModelFile } from './model-file.ts';
import { readConfig } from './read-config.ts';
import { openSafetensors } from './safetensors.ts';
import type { Classification } from './score-head.ts';
import { tokenizerFromFolder } from './tokenizer/folder-tokenizer.ts';
import { tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';

/** Every architecture that can be compiled. */
export const architectures: readonly Architecture[] = [
  llama,
  mistral,
  gemma,
  gemma3,
  qwen2,
  qwen3,
  gptNeox,
];

/** A model on disk with a checked header; its weights are read when it is compiled. */
export interface OpenModel {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
  readonly classification: Classification;
  /** The files that determine what is computed. */
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

/** @throws TqError badModel listing the supported architectures */
export function architectureOf(
  kind: unknown,
  list: (architecture: Architecture) => readonly string[],
  model: string,
): Architecture {
  const architecture = architectures.find(
    (a) => typeof kind === 'string' && list(a).includes(kind),
  );
  if (architecture) return architecture;
  throw new TqError(
    ErrorCode.badModel,
    `${model} has the architecture "${String(kind)}", which is not supported; supported are ${architectures.flatMap(list).join(', ')}.`,
  );
}

async function openFile(path: string): Promise<OpenModel> {
  const name = basename(path);
  const file = await openGguf(path);
  try {
    const kind = file.metadata.get('general.architecture');
    const architecture = architectureOf(kind, (a) => a.ggufArchitectures, name);
    const shape = await withRopeFactors(
      architecture.gguf.shape(file.metadata, (tensor) => file.tensors.has(tensor), name),
      file,
      name,
    );
    return {
      name,
      architecture,
      shape,
      weights: ggufWeights(file, architecture, shape, name),
      // llama.cpp writes neither labels nor a padding token.
      classification: { labels: [], padToken: undefined },
      files: [path],
      tokenizer: async () => requireEmbeddings(tokenizerFromGguf(file.metadata), shape, name),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Applies Llama 3's rope scaling, which llama.cpp stores as one divisor for each frequency. */
async function withRopeFactors(
  shape: DecoderShape,
  file: GgufFile,
  model: string,
): Promise<DecoderShape> {
  const tensor = file.tensors.get('rope_freqs.weight');
  if (!tensor) return shape;
  const factors = await file.read(tensor.name);
  const scaled = new Map<Rope, Rope>();
  for (const { rope } of shape.layerKinds) {
    if (rope.inverseFrequencies.length !== factors.length) continue;
    const inverseFrequencies = rope.inverseFrequencies.map((f, i) => f / factors[i]!);
    requireFiniteRope({ ...rope, inverseFrequencies }, model);
    if (!scaled.has(rope)) scaled.set(rope, { ...rope, inverseFrequencies });
  }
  const layerKinds = shape.layerKinds.map((kind) => ({
    ...kind,
    rope: scaled.get(kind.rope) ?? kind.rope,
  }));
  return { ...shape, layerKinds };
}

/** Old configurations write -1 for "none". */
const padSchema = z.number().int().nullish();

const folderSchema = z.looseObject({
  model_type: z.string(),
  id2label: z.record(z.string(), z.string()).nullish(),
  pad_token_id: padSchema,
  text_config: z.looseObject({ pad_token_id: padSchema }).nullish(),
});

function classificationOf(config: z.output<typeof folderSchema>): Classification {
  return {
    labels: labelNames(config.id2label),
    padToken: config.text_config?.pad_token_id ?? config.pad_token_id ?? undefined,
  };
}

/** Refuses a tokenizer with more tokens than the embedding has rows. */
function requireEmbeddings(
  tokenizer: TextTokenizer,
  { vocabulary }: DecoderShape,
  model: string,
): TextTokenizer {
  if (tokenizer.vocabularySize <= vocabulary) return tokenizer;
  throw badModel(
    `The tokenizer of ${model} has ${tokenizer.vocabularySize} tokens, but the model has only ${vocabulary}; use the tokenizer that belongs to the model.`,
  );
}

async function openFolder(path: string): Promise<OpenModel> {
  const name = basename(path);
  const config = await readConfig(join(path, 'config.json'), folderSchema);
  const architecture = architectureOf(config.model_type, (a) => a.modelTypes, name);
  const shape = architecture.shapeFromConfig(config, name);
  const file = await openSafetensors(path);
  const weightFiles = (await readdir(path))
    .filter((entry) => entry.endsWith('.safetensors'))
    .sort();
  return {
    name,
    architecture,
    shape,
    weights: safetensorsWeights(file, architecture, shape, name),
    classification: classificationOf(config),
    files: ['config.json', ...weightFiles].map((entry) => join(path, entry)),
    tokenizer: async () => requireEmbeddings(await tokenizerFromFolder(path), shape, name),
    close: () => file.close(),
  };
}

/** The compiler's input for a model, with the adapter's weights applied. */
export function compileSource(
  model: OpenModel,
  adapter: Adapter | undefined,
  head: HeadKind,
  range: LayerRange = allLayers(model.shape),
): CompileSource {
  const { architecture, shape } = model;
  const heads = [architecture.languageHead, architecture.scoreHead].flatMap((name) => [
    name,
    biasName(name),
  ]);
  const weights = adapter ? adapter.apply(model.weights, heads) : model.weights;
  return {
    name: adapter ? `${model.name} + ${adapter.name}` : model.name,
    architecture,
    shape,
    weights: architecture.split?.(weights, shape) ?? weights,
    range,
    head,
  };
}

/**
 * The lowest layer that an adapter changes; layers below it are the base's. It is 0 if the adapter
 * changes the embedding, and the last layer if it only adds a head.
 */
export function lowestChangedLayer(
  { weights }: Adapter,
  { architecture, shape }: OpenModel,
): number {
  const { languageHead, scoreHead, finalNorm } = architecture;
  const above = [languageHead, scoreHead, finalNorm].flatMap((name) => [name, biasName(name)]);
  const layers = weights
    .filter((name) => !above.includes(name))
    .map((name) => Number(/\blayers\.(\d+)\./.exec(name)?.[1] ?? 0));
  return Math.min(shape.layers - 1, ...layers);
}

/** SHA-256 (hex) over the content of files, in order. */
export async function contentHash(files: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    await pipeline(await streamModelFile(file), hash, { end: false, signal });
  }
  return hash.digest('hex');
}
