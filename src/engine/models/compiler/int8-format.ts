import type { LinearWeight, Mixing } from '../architecture/architecture.ts';
import type { ExternalData } from './external-data.ts';
import type { WeightFormat } from './format.ts';
import type { GraphBuilder } from './graph.ts';
import type { InitializerSpec } from './onnx.ts';
import { hadamardBlocks } from './rotation.ts';

interface Quantised {
  readonly values: InitializerSpec;
  readonly scales: InitializerSpec;
}

/**
 * Eight-bit weights and activations: one scale an output row of W, one scale a token of x, products
 * accumulated in integers. A token's result is therefore exact in the other tokens of the batch.
 */
export class Int8Format implements WeightFormat {
  readonly rotates = true;
  readonly #stored = new Map<string, Quantised>();

  constructor(private readonly data: ExternalData) {}

  async storeLinear(weight: LinearWeight, values: Float32Array): Promise<void> {
    const { name, inFeatures, outFeatures } = weight;
    const { quantised, scales } = quantiseRows(values, outFeatures, inFeatures);
    const transposed = new Int8Array(quantised.length);
    for (let out = 0; out < outFeatures; out++) {
      for (let i = 0; i < inFeatures; i++) {
        transposed[i * outFeatures + out] = quantised[out * inFeatures + i]!;
      }
    }
    // MatMulIntegerToFloat multiplies by the activation's scale too: 1/127 of the row's largest value.
    for (let out = 0; out < outFeatures; out++) scales[out] = scales[out]! / 127;
    this.#stored.set(name, {
      values: await this.data.write(name, 'int8', [inFeatures, outFeatures], transposed),
      scales: await this.data.write(`${name}.scale`, 'float32', [outFeatures], scales),
    });
  }

  async storeEmbedding(values: Float32Array, vocabulary: number, hidden: number): Promise<void> {
    const { quantised, scales } = quantiseRows(values, vocabulary, hidden);
    this.#stored.set('embedding', {
      values: await this.data.write('embedding', 'int8', [vocabulary, hidden], quantised),
      scales: await this.data.write('embedding.scale', 'float32', [vocabulary, 1], scales),
    });
  }

  linear(graph: GraphBuilder, x: string, weight: LinearWeight): string {
    const { values, scales } = this.#stored.get(weight.name)!;
    const largest = graph.op('ReduceMax', [graph.op('Abs', [x]), graph.ints([2])]);
    // A row of zeros divides 0 by 0; whatever integer NaN becomes, the last product makes it 0.
    const unit = graph.op('Div', [x, largest]);
    const quantised = graph.op('QuantizeLinear', [unit, graph.floats([1 / 127]), graph.byte(128)]);
    const product = graph.microsoft('MatMulIntegerToFloat', [
      quantised,
      graph.initializer(values),
      graph.floats([1]),
      graph.initializer(scales),
      graph.byte(128),
    ])[0]!;
    return graph.op('Mul', [product, largest]);
  }

  embed(graph: GraphBuilder, ids: string): string {
    const { values, scales } = this.#stored.get('embedding')!;
    const rows = graph.op('Gather', [graph.initializer(values), ids]);
    const scale = graph.op('Gather', [graph.initializer(scales), ids]);
    return graph.op('Mul', [graph.op('Cast', [rows], { to: { int: 1 } }), scale]);
  }

  mix(graph: GraphBuilder, x: string, { features, block, across }: Mixing): string {
    const matrix = new Float32Array(block * block);
    for (let i = 0; i < block; i++) matrix[i * block + i] = 1;
    hadamardBlocks(matrix, block);
    const blocks = graph.op('Reshape', [x, graph.ints([-1, block])]);
    const mixed = graph.op('MatMul', [blocks, graph.floats([...matrix], [block, block])]);
    return graph.op('Reshape', [
      across ? mixAcross(graph, mixed, features / block, block, across) : mixed,
      graph.ints([1, -1, features]),
    ]);
  }
}

/** x [S * count, block] -> [S, count, block], the blocks of each token multiplied by `matrix`. */
function mixAcross(
  graph: GraphBuilder,
  x: string,
  count: number,
  block: number,
  matrix: readonly number[],
): string {
  const transposed = matrix.map((_, i) => matrix[(i % count) * count + Math.floor(i / count)]!);
  const byToken = graph.op('Reshape', [x, graph.ints([-1, count, block])]);
  return graph.op('MatMul', [graph.floats(transposed, [count, count]), byToken]);
}

/** Symmetric int8 with one scale a row: value = scale * quantised, |quantised| <= 127. */
function quantiseRows(
  values: Float32Array,
  rows: number,
  columns: number,
): { quantised: Int8Array; scales: Float32Array } {
  const quantised = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(values[i]!));
    if (largest === 0) continue;
    const inverse = 127 / largest;
    scales[row] = largest / 127;
    for (let i = start; i < start + columns; i++) quantised[i] = Math.round(values[i]! * inverse);
  }
  return { quantised, scales };
}
