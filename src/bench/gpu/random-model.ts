import { type CompileSource, randomSource } from '../../engine/exports/bench.ts';

/** Names of the random models on the command line. */
export const randomModelNames = ['llama-1b', 'llama-8b', 'tiny'] as const;
export type RandomModelName = (typeof randomModelNames)[number];

const rope = { rope_theta: 500_000, max_position_embeddings: 8192, rms_norm_eps: 1e-5 };

/** From their config.json files. */
const configurations: Readonly<Record<RandomModelName, object>> = {
  'llama-1b': {
    ...rope,
    hidden_size: 2048,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 64,
    intermediate_size: 8192,
    vocab_size: 128_256,
    tie_word_embeddings: true,
  },
  'llama-8b': {
    ...rope,
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 128,
    intermediate_size: 14_336,
    vocab_size: 128_256,
    tie_word_embeddings: false,
  },
  tiny: {
    ...rope,
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    head_dim: 16,
    intermediate_size: 128,
    vocab_size: 512,
    tie_word_embeddings: true,
  },
};

/** A model of this shape with random weights. */
export function randomModel(name: RandomModelName): CompileSource {
  return randomSource(name, configurations[name]);
}

/** Number of weights of a model of this shape. */
export function weightCount({ shape, weights, architecture }: CompileSource): number {
  // Some families have two names for one norm.
  const layer = [...new Set(Object.values(architecture.layer(0)))];
  const ends = [architecture.embedding, architecture.finalNorm, architecture.languageHead];
  const sizeOf = (name: string): number => weights.shape(name).reduce((a, b) => a * b, 1);
  const sum = (names: readonly string[]): number =>
    names.filter((name) => weights.has(name)).reduce((total, name) => total + sizeOf(name), 0);
  return shape.layers * sum(layer) + sum(ends);
}
