import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { MemoryNeed, ModelKind } from '../../protocol/store.ts';
import { openRegularFile } from '../limits/regular-file.ts';
import { availableMemory, modelMemory } from '../models/memory.ts';
import { adaptedModel } from '../models/adapted-model.ts';
import { openAdapter } from '../models/adapter.ts';
import { openGguf } from '../models/gguf/gguf-file.ts';
import { snapshotOf } from '../models/hub-cache.ts';
import { openModel, type OpenModel } from '../models/open-model.ts';
import { readConfig } from '../models/read-config.ts';
import { openSafetensors } from '../models/safetensors.ts';
import type { TensorFile } from '../models/tensor-file.ts';

/** Facts about a model, from its headers. */
export interface ModelFacts {
  readonly kind: ModelKind;
  readonly family: string;
  /** Format on disk, for people: "GGUF Q4_K". */
  readonly format: string;
  /** Number of weights in memory when loaded; 0 if unknown. */
  readonly weights: number;
}

/**
 * Opens a language model (GGUF file or folder) with its tokenizer and reads its headers.
 * @throws TqError badModel if it cannot be used
 */
export async function describeModel(given: string): Promise<ModelFacts> {
  const isFolder = (await stat(given)).isDirectory();
  const path = isFolder ? await snapshotOf(given) : given;
  const model = await openModel(path);
  try {
    await model.tokenizer();
    const file = isFolder ? await openSafetensors(path) : await openGguf(path);
    try {
      const scores = model.weights.has(model.architecture.scoreHead);
      return {
        kind: scores ? 'causal-reward' : 'language-model',
        family: model.shape.family,
        format: `${isFolder ? 'safetensors' : 'GGUF'} ${mainType(file)}`,
        weights: weightsOf(file, model),
      };
    } finally {
      await file.close();
    }
  } finally {
    await model.close();
  }
}

/**
 * Opens an adapter and checks that it fits its base model.
 * @param base path of the base model
 */
export async function describeAdapter(path: string, base: string): Promise<ModelFacts> {
  const facts = await describeModel(base);
  const model = await openModel(base);
  const adapter = await openAdapter(path);
  const isFile = (await stat(path)).isFile();
  const file = isFile
    ? await openGguf(path)
    : await openSafetensors(join(path, 'adapter_model.safetensors'));
  try {
    const adapted = adaptedModel(model, adapter);
    await adapted.tokenizer();
    const scores = adapted.weights.has(model.architecture.scoreHead);
    return {
      ...facts,
      kind: scores ? 'causal-reward' : 'policy-adapter',
      format: `${isFile ? 'GGUF' : 'PEFT'} LoRA ${mainType(file)}`,
    };
  } finally {
    await Promise.all([file.close(), adapter.close(), model.close()]);
  }
}

/** Facts about a shipped model that is not a language model. */
export async function describeOther(path: string): Promise<ModelFacts> {
  const schema = z.looseObject({ model_type: z.string() });
  const config = await readConfig(join(path, 'config.json'), schema);
  return { kind: 'sentence-embedding', family: config.model_type, format: 'ONNX', weights: 0 };
}

export function memoryNeed(weights: number): MemoryNeed | null {
  if (weights === 0) return null;
  const [int8, fp32] = [modelMemory(weights, 'int8'), modelMemory(weights, 'fp32')];
  return { int8, fp32, available: availableMemory() };
}

/** The type of most of the bytes. */
function mainType({ tensors }: TensorFile): string {
  const bytes = new Map<string, number>();
  for (const { type, byteLength } of tensors.values()) {
    bytes.set(type, (bytes.get(type) ?? 0) + byteLength);
  }
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** Without the embedding: its rows stay on disk until a text needs them. A tied one is the head. */
function weightsOf({ tensors }: TensorFile, { architecture, weights, shape }: OpenModel): number {
  let count = 0;
  for (const tensor of tensors.values()) count += tensor.shape.reduce((a, b) => a * b, 1);
  const heads = [architecture.languageHead, architecture.scoreHead];
  return heads.some((head) => weights.has(head)) ? count - shape.vocabulary * shape.hidden : count;
}

const maxCardBytes = 64 * 1024;

/** The licence stated in a folder's README.md or in a GGUF file's metadata. */
export async function statedLicence(path: string): Promise<string | undefined> {
  if ((await stat(path)).isDirectory())
    return licenceOfCard(await readStart(join(path, 'README.md')));
  const file = await openGguf(path);
  try {
    const licence = file.metadata.get('general.license');
    return typeof licence === 'string' && licence !== '' ? licence.slice(0, 100) : undefined;
  } finally {
    await file.close();
  }
}

/** The licence in a model card's front matter. */
export function licenceOfCard(card: string): string | undefined {
  const [, matter] = /^---\r?\n([^]*?)\n---/u.exec(card) ?? [];
  const [, licence] = /^license:[ \t]*["']?([^\r\n"'#]{1,100})/mu.exec(matter ?? '') ?? [];
  return licence?.trim() || undefined;
}

async function readStart(path: string): Promise<string> {
  const file = await openRegularFile(path).catch(() => undefined);
  if (!file) return '';
  const { handle } = file;
  try {
    const buffer = Buffer.alloc(maxCardBytes);
    const { bytesRead } = await handle.read(buffer, 0, maxCardBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
