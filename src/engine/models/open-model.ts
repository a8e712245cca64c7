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
import { cohere, cohere2 } from './architecture/cohere.ts';
import { ernie } from './architecture/ernie.ts';
import { exaone4 } from './architecture/exaone4.ts';
import { gemma } from './architecture/gemma.ts';
import { gemma2 } from './architecture/gemma2.ts';
import { gemma3 } from './architecture/gemma3.ts';
import { gptNeox } from './architecture/gpt-neox.ts';
import { granite } from './architecture/granite.ts';
import { hunyuan } from './architecture/hunyuan.ts';
import { llama } from './architecture/llama.ts';
import { ministral, ministral3, mistral } from './architecture/mistral.ts';
import { olmo2, olmo3 } from './architecture/olmo.ts';
import { phi3 } from './architecture/phi3.ts';
import { qwen2, qwen3 } from './architecture/qwen.ts';
import { stableLm } from './architecture/stablelm.ts';
import { smolLm3 } from './architecture/smollm3.ts';
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
import { endTokenIds } from './tokenizer/folder-files.ts';
import { tokenizerFromFolder } from './tokenizer/folder-tokenizer.ts';
import { tokenizerFromGguf } from './tokenizer/gguf-tokenizer.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';

/** Every architecture that can be compiled. */
export const architectures: readonly Architecture[] = [
  llama,
  mistral,
  ministral,
  ministral3,
  gemma,
  gemma2,
  gemma3,
  qwen2,
  qwen3,
  phi3,
  smolLm3,
  granite,
  olmo2,
  olmo3,
  exaone4,
  hunyuan,
  ernie,
  stableLm,
  cohere,
  cohere2,
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
      tokenizer: async () => tokenizerFromGguf(file.metadata, { name, rows: shape.vocabulary }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Applies the rope scaling of Llama 3 or, for short texts, LongRoPE, which llama.cpp stores as one
 * divisor for each frequency.
 */
async function withRopeFactors(
  shape: DecoderShape,
  file: GgufFile,
  model: string,
): Promise<DecoderShape> {
  const tensor =
    file.tensors.get('rope_freqs.weight') ?? file.tensors.get('rope_factors_short.weight');
  if (!tensor) return shape;
  const factors = await file.read(tensor.name);
  const scaled = new Map<Rope, Rope>();
  for (const { rope } of shape.layerKinds) {
    if (rope?.inverseFrequencies.length !== factors.length) continue;
    const inverseFrequencies = rope.inverseFrequencies.map((f, i) => f / factors[i]!);
    requireFiniteRope({ ...rope, inverseFrequencies }, model);
    if (!scaled.has(rope)) scaled.set(rope, { ...rope, inverseFrequencies });
  }
  if (scaled.size === 0) {
    throw badModel(
      `${model} cannot be used: its ${tensor.name} has ${factors.length} numbers, which fit none of its rotary embeddings.`,
    );
  }
  const layerKinds = shape.layerKinds.map((kind) => ({
    ...kind,
    rope: (kind.rope && scaled.get(kind.rope)) ?? kind.rope,
  }));
  return { ...shape, layerKinds };
}

/** Old configurations write -1 for "none". */
const padSchema = z.number().int().nullish();

const folderSchema = z.looseObject({
  model_type: z.string(),
  id2label: z.record(z.string(), z.string()).nullish(),
  pad_token_id: padSchema,
  eos_token_id: endTokenIds,
  text_config: z.looseObject({ pad_token_id: padSchema, eos_token_id: endTokenIds }).nullish(),
});

function classificationOf(config: z.output<typeof folderSchema>): Classification {
  return {
    labels: labelNames(config.id2label),
    padToken: config.text_config?.pad_token_id ?? config.pad_token_id ?? undefined,
  };
}

/** The ends that the configuration declares: of the text model and of the whole. */
function endTokensOf({ text_config: text, ...whole }: z.output<typeof folderSchema>): number[] {
  return [...(text?.eos_token_id ?? []), ...(whole.eos_token_id ?? [])];
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
    tokenizer: () =>
      tokenizerFromFolder(path, { name, rows: shape.vocabulary, endTokens: endTokensOf(config) }),
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
