import type { LinearWeight } from '../architecture/architecture.ts';
import { halfBits } from '../float-encodings.ts';
import type { ExternalData } from './external-data.ts';
import type { WeightFormat } from './weight-format.ts';
import type { GraphBuilder } from './graph.ts';
import { DataType, type InitializerSpec } from './onnx.ts';
import { transposed } from './transposed.ts';

/**
 * Weights without quantisation. float32 is the reference for the other formats. float16 has
 * half-precision weights, as today's models are trained with, and half-precision products if the
 * device supports them; norms, attention and the residual stream are float32.
 */
export class FloatFormat implements WeightFormat {
  readonly rotates = false;
  readonly #stored = new Map<string, InitializerSpec>();

  constructor(
    private readonly data: ExternalData,
    private readonly type: 'float32' | 'float16',
  ) {}

  async storeLinear(
    { name, inFeatures, outFeatures }: LinearWeight,
    values: Float32Array,
  ): Promise<void> {
    const turned = transposed(this.#encoded(values), outFeatures, inFeatures);
    await this.#store(name, [inFeatures, outFeatures], turned);
  }

  async storeEmbedding(values: Float32Array, vocabulary: number, hidden: number): Promise<void> {
    await this.#store('embedding', [vocabulary, hidden], this.#encoded(values));
  }

  linear(graph: GraphBuilder, x: string, weight: LinearWeight): string {
    if (this.type === 'float32')
      return graph.op('MatMul', [x, this.#initializer(graph, weight.name)]);
    const half = graph.op('Cast', [x], { to: { int: DataType.float16 } });
    return this.#single(graph, graph.op('MatMul', [half, this.#initializer(graph, weight.name)]));
  }

  embed(graph: GraphBuilder, ids: string): string {
    const rows = graph.op('Gather', [this.#initializer(graph, 'embedding'), ids]);
    return this.type === 'float32' ? rows : this.#single(graph, rows);
  }

  mix(): string {
    throw new Error(`The format ${this.type} does not rotate weights, so it cannot mix.`);
  }

  #encoded(values: Float32Array): Float32Array | Uint16Array {
    return this.type === 'float32' ? values : Uint16Array.from(values, halfBits);
  }

  async #store(
    name: string,
    dims: readonly number[],
    values: Float32Array | Uint16Array,
  ): Promise<void> {
    this.#stored.set(name, await this.data.write(name, this.type, dims, values));
  }

  #initializer(graph: GraphBuilder, name: string): string {
    return graph.initializer(this.#stored.get(name)!);
  }

  #single(graph: GraphBuilder, x: string): string {
    return graph.op('Cast', [x], { to: { int: DataType.float32 } });
  }
}
