import type { Architecture, DecoderShape, NamedWeights } from './architecture/architecture.ts';
import { llama } from './architecture/llama.ts';
import type { CompileSource } from './compiler/compile-source.ts';

/**
 * A Llama of random weights, the same on every machine: it runs as fast as a trained one.
 * @param configuration as in a config.json
 */
export function randomSource(name: string, configuration: object): CompileSource {
  const shape = llama.shapeFromConfig(configuration, name);
  return {
    name,
    architecture: llama,
    shape,
    weights: randomWeights(llama, shape),
    range: { from: 0, to: shape.layers },
    head: 'logits',
  };
}

/**
 * The same weights in every layer: uniform numbers scaled to keep activations stable; gains of 1.
 */
function randomWeights(architecture: Architecture, shape: DecoderShape): NamedWeights {
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
    [names.attentionNorm!, [hidden]],
    [names.query, [heads * headDim, hidden]],
    [names.key, [kvHeads * headDim, hidden]],
    [names.value, [kvHeads * headDim, hidden]],
    [names.output, [hidden, heads * headDim]],
    [names.mlpNorm!, [hidden]],
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
