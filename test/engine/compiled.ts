import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceName } from '../../src/protocol/options.ts';
import {
  shapeOf,
  type HeadKind,
  type LayerRange,
} from '../../src/engine/models/architecture/architecture.ts';
import { openAdapters } from '../../src/engine/models/adapter.ts';
import type { GraphTarget } from '../../src/engine/models/compiler/decoder.ts';
import { CompiledStore } from '../../src/engine/models/compiled-store.ts';
import type { FormatName } from '../../src/engine/models/compiler/format.ts';
import { adapterVersion, compileSource } from '../../src/engine/models/adapted-model.ts';
import { contentHash, openModel } from '../../src/engine/models/open-model.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { GraphSession } from '../../src/engine/runtime/graph-session.ts';

export const fixtures = join(import.meta.dirname, '../fixtures/models');
export const shippedModel = join(
  import.meta.dirname,
  '../../models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf',
);

/** Fixtures of the families, each a policy and a reward model. */
export const familyModels = [
  'llama-yarn',
  'llama-dynamic-biases',
  'mistral-window',
  'mistral-whole',
  'qwen2-grouped',
  'qwen2-tied-window',
  'qwen3-head-dim',
  'qwen3-biases-yarn',
  'gemma-one-kv',
  'gemma-full-heads',
  'gemma3-local-global',
  'gemma3-linear',
  'gpt-neox-parallel',
  'gpt-neox-sequential',
  'gpt-neox-no-attention-bias',
  'smollm3-no-rope',
  'smollm3-window-yarn',
  'phi3-longrope-partial',
  'phi3-plain',
  'granite-factors',
  'granite-tied-biases',
  'olmo2-grouped',
  'olmo2-biases',
  'olmo3-windows',
  'gemma2-capped',
  'gemma2-uncapped-logits',
  'exaone4-windows',
  'exaone4-whole',
  'hunyuan-alpha',
  'hunyuan-biases',
  'ernie-interleaved',
  'stablelm-partial',
  'cohere-parallel',
  'cohere2-windows',
  'ministral-mixed',
  'ministral3-yarn',
  'granite4-dense',
  'granite4-no-rope',
  'helium-interleaved',
  'seed-oss-biases',
];

/** Compiled test models are kept between runs: the shipped one takes a while. */
const kept = new CompiledStore(join(import.meta.dirname, '../../.cache/compiled'));

interface Options {
  readonly format?: FormatName;
  readonly head?: HeadKind;
  /** Where it is compiled; default a folder that is kept between runs. */
  readonly store?: CompiledStore;
  readonly adapter?: string;
  /** Several adapters with weights. */
  readonly adapters?: readonly { readonly path: string; readonly weight: number }[];
  readonly target?: GraphTarget;
  readonly device?: DeviceName;
  /** Default all layers; `to` defaults to the last. */
  readonly from?: number;
  readonly to?: number;
}

export async function openSession(
  path: string,
  { format = 'fp32', head = 'logits', adapter: only, ...options }: Options = {},
): Promise<GraphSession> {
  const model = await openModel(path);
  const { adapters = only === undefined ? [] : [{ path: only, weight: 1 }] } = options;
  const adapter = adapters.length === 0 ? undefined : await openAdapters(adapters);
  try {
    const content = await contentHash([...model.files, ...(adapter?.files ?? [])]);
    const weights = adapters.map(({ weight }) => weight);
    const hash = adapter ? [content, adapterVersion, ...weights].join('+') : content;
    const { target, device, from, to } = options;
    const range: LayerRange = { from: from ?? 0, to: to ?? model.shape.layers };
    const whole = from === undefined && to === undefined;
    const key = { contentHash: hash, format, target, head, range: whole ? undefined : range };
    const source = compileSource(model, adapter, head, range);
    const folder = await (options.store ?? kept).open(key, source);
    const shape = shapeOf(source.shape, range);
    return await GraphSession.create(folder, shape, { threads: 2, target, device });
  } finally {
    await adapter?.close();
    await model.close();
  }
}

/** The shipped model as a policy, its tokenizer, and a prompt in its chat template. */
export async function openShipped(
  format: FormatName = 'int8',
  where: Pick<Options, 'target' | 'device'> = {},
) {
  const model = await openModel(shippedModel);
  const tokenizer = await model.tokenizer();
  await model.close();
  const session = await openSession(shippedModel, { format, ...where });
  const policy = new DecoderPolicy('shipped', session, tokenizer.endTokens, 'shipped');
  const prompt = (text: string): number[] =>
    tokenizer.encode(
      tokenizer.applyChatTemplate([{ role: 'user', content: text }], { addGenerationPrompt: true }),
      { specialTokens: false },
    );
  return { session, policy, tokenizer, prompt };
}

export async function readReference<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(fixtures, name, 'reference.json'), 'utf8')) as T;
}

/** Little-endian float32 numbers in base64, as the fixture scripts write them. */
export function decodeFloats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
