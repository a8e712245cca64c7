import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type {
  Architecture,
  DecoderShape,
  NamedWeights,
  Rope,
} from './architecture/architecture.ts';
import { cohere, cohere2 } from './architecture/cohere.ts';
import { ernie, helium } from './architecture/ernie.ts';
import { exaone4 } from './architecture/exaone4.ts';
import { gemma } from './architecture/gemma.ts';
import { gemma2 } from './architecture/gemma2.ts';
import { gemma3 } from './architecture/gemma3.ts';
import { gptNeox } from './architecture/gpt-neox.ts';
import { granite, granite4 } from './architecture/granite.ts';
import { hunyuan } from './architecture/hunyuan.ts';
import { llama } from './architecture/llama.ts';
import { ministral, ministral3, mistral } from './architecture/mistral.ts';
import { olmo2, olmo3 } from './architecture/olmo.ts';
import { phi3 } from './architecture/phi3.ts';
import { qwen2, qwen3 } from './architecture/qwen.ts';
import { stableLm } from './architecture/stablelm.ts';
import { seedOss } from './architecture/seed-oss.ts';
import { isRecurrent } from './architecture/recurrent.ts';
import { smolLm3 } from './architecture/smollm3.ts';
import { requireFiniteRope } from './architecture/shape.ts';
import { openGguf, type GgufFile } from './gguf/gguf-file.ts';
import { modelName, requireOwnLinks, snapshotOf } from './hub-cache.ts';
import { labelNames } from './labels.ts';
import { badModel, quoted } from './malformed.ts';
import { ggufWeights, safetensorsWeights } from './named-weights.ts';
import { streamModelFile } from './model-file.ts';
import { readModelConfig } from './read-config.ts';
import { openSafetensors } from './safetensors.ts';
import type { Classification } from './score-head.ts';
import { endTokenIds } from './tokenizer/folder-files.ts';
import { folderTokenizer, ggufTokenizer } from './tokenizer/adapter-tokenizer.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';
import { requirePlainConfig, requirePlainGguf, requirePlainTensors } from './unsupported.ts';

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
  granite4,
  olmo2,
  olmo3,
  exaone4,
  hunyuan,
  ernie,
  helium,
  seedOss,
  stableLm,
  cohere,
  cohere2,
  gptNeox,
];

/** What an adapter says about tokens. */
export interface AdapterTokens {
  /** A folder that may hold tokenizer files and a chat template, which come first. */
  readonly folder: string | undefined;
  /** Rows of the embedding with the adapter's changes. */
  readonly vocabulary: number;
}

/** A model on disk with a checked header; its weights are read when it is compiled. */
export interface OpenModel {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
  readonly classification: Classification;
  /** The files that determine what is computed. */
  readonly files: readonly string[];
  /** @param adapter the adapter whose tokens the model reads and writes */
  tokenizer(adapter?: AdapterTokens): Promise<TextTokenizer>;
  close(): Promise<void>;
}

/**
 * Opens a GGUF file (or all parts of a split one), a Hugging Face folder (config.json and
 * safetensors), or the folder of a repository in the Hugging Face cache.
 */
export async function openModel(path: string): Promise<OpenModel> {
  const found = await stat(path).catch((error: unknown) => {
    throw new TqError(
      ErrorCode.badModel,
      `There is no model at ${path}; give a GGUF file or a folder with config.json and safetensors files.`,
      { cause: error },
    );
  });
  return found.isDirectory() ? openFolder(await snapshotOf(path)) : openFile(path);
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
  const reason = isRecurrent(kind)
    ? 'which keeps a recurrent state that branches of a text cannot share, and is not supported'
    : 'which is not supported';
  throw new TqError(
    ErrorCode.badModel,
    `${model} has the architecture ${quoted(String(kind))}, ${reason}; supported are ${architectures.flatMap(list).join(', ')}.`,
  );
}

async function openFile(path: string): Promise<OpenModel> {
  const name = basename(path);
  const file = await openGguf(path);
  try {
    requirePlainGguf(file, name);
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
      files: file.files,
      tokenizer: async (adapter) =>
        ggufTokenizer(
          file.metadata,
          { name, rows: adapter?.vocabulary ?? shape.vocabulary },
          adapter?.folder,
        ),
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
  const name = modelName(path);
  await requireOwnLinks(path);
  const config = await readModelConfig(path, folderSchema);
  requirePlainConfig(config, name);
  const architecture = architectureOf(config.model_type, (a) => a.modelTypes, name);
  const shape = architecture.shapeFromConfig(config, name);
  const file = await openSafetensors(path);
  requirePlainTensors(file, name);
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
    tokenizer: (adapter) =>
      folderTokenizer(
        path,
        {
          ...{ name, rows: adapter?.vocabulary ?? shape.vocabulary },
          endTokens: endTokensOf(config),
        },
        adapter?.folder,
      ),
    close: () => file.close(),
  };
}

/** SHA-256 (hex) over the content of files, in order. */
export async function contentHash(files: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    await pipeline(await streamModelFile(file), hash, { end: false, signal });
  }
  return hash.digest('hex');
}
