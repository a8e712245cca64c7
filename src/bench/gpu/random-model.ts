import {
  type Architecture,
  type CompileSource,
  type DecoderShape,
  type NamedWeights,
  llama,
} from '../../engine/exports/bench.ts';

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

/** A model of this shape with random weights: as fast as a trained one. */
export function randomModel(name: RandomModelName): CompileSource {
  const shape = llama.shapeFromConfig(configurations[name], name);
  return {
    name,
    architecture: llama,
    shape,
    weights: randomWeights(llama, shape),
    range: { from: 0, to: shape.layers },
    head: 'logits',
  };
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

/**
 * The same weights in every layer: uniform numbers scaled to keep activations stable; gains of 1.
 */
export function randomWeights(architecture: Architecture, shape: DecoderShape): NamedWeights {
  const shapes = weightShapes(architecture, shape);
  const find = (name: string): readonly number[] | undefined =>
    shapes.get(name.replace(/\blayers\.\d+\./u, 'layers.0.'));
  const needed = (name: string): readonly number[] => {
    const found = find(name);
    if (!found) throw new Error(`the random model has no weight ${name}`);
    return found;
  };
  return {
    has: (name) => find(name) !== undefined,
    shape: needed,
    read(name, start = 0, count) {
      const [rows, columns] = needed(name);
      if (columns === undefined) return Promise.resolve(new Float32Array(rows!).fill(1));
      const size = (count ?? rows! - start) * columns;
      return Promise.resolve(randomNumbers(size, Math.sqrt(3 / columns)));
    },
  };
}

function weightShapes(
  architecture: Architecture,
  { hidden, heads, kvHeads, headDim, intermediate, vocabulary, tiedHead }: DecoderShape,
): Map<string, readonly number[]> {
  const names = architecture.layer(0);
  const head: [string, readonly number[]][] =
    tiedHead === false ? [[architecture.languageHead, [vocabulary, hidden]]] : [];
  return new Map<string, readonly number[]>([
    [architecture.embedding, [vocabulary, hidden]],
    [architecture.finalNorm, [hidden]],
    ...head,
    [names.attentionNorm, [hidden]],
    [names.query, [heads * headDim, hidden]],
    [names.key, [kvHeads * headDim, hidden]],
    [names.value, [kvHeads * headDim, hidden]],
    [names.output, [hidden, heads * headDim]],
    [names.mlpNorm, [hidden]],
    [names.gate!, [intermediate, hidden]],
    [names.up, [intermediate, hidden]],
    [names.down, [hidden, intermediate]],
  ]);
}

/** A prime, so that rows of usual lengths begin with different numbers. */
const period = 1_048_573;

/** Numbers in [-limit, limit), the same every time. */
function randomNumbers(size: number, limit: number): Float32Array {
  const values = new Float32Array(size);
  let state = 1;
  const fresh = Math.min(size, period);
  for (let i = 0; i < fresh; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    values[i] = limit * (state / 2 ** 31 - 1);
  }
  // Drawing billions of numbers would take longer than the benchmark.
  for (let done = fresh; done < size; done += Math.min(done, size - done)) {
    values.copyWithin(done, 0, Math.min(done, size - done));
  }
  return values;
}
