import { halfBits } from '../float-encodings.ts';
import type { LinearWeight } from '../architecture/architecture.ts';
import type { ExternalData } from './external-data.ts';
import type { WeightFormat } from './format.ts';
import type { GraphBuilder } from './graph.ts';
import { DataType, type InitializerSpec } from './onnx.ts';
import { transposed } from './transposed.ts';

/**
 * Half-precision weights, and half-precision products where the device has them; norms, attention and
 * the residual stream are float32. The weights of today's models were trained in 16 bits.
 */
export class Fp16Format implements WeightFormat {
  readonly rotates = false;
  readonly #stored = new Map<string, InitializerSpec>();

  constructor(private readonly data: ExternalData) {}

  async storeLinear(
    { name, inFeatures, outFeatures }: LinearWeight,
    values: Float32Array,
  ): Promise<void> {
    const bits = Uint16Array.from(values, halfBits);
    await this.#store(name, [inFeatures, outFeatures], transposed(bits, outFeatures, inFeatures));
  }

  async storeEmbedding(values: Float32Array, vocabulary: number, hidden: number): Promise<void> {
    await this.#store('embedding', [vocabulary, hidden], Uint16Array.from(values, halfBits));
  }

  linear(graph: GraphBuilder, x: string, weight: LinearWeight): string {
    const half = graph.op('Cast', [x], { to: { int: DataType.float16 } });
    const product = graph.op('MatMul', [half, this.#initializer(graph, weight.name)]);
    return graph.op('Cast', [product], { to: { int: DataType.float32 } });
  }

  embed(graph: GraphBuilder, ids: string): string {
    const rows = graph.op('Gather', [this.#initializer(graph, 'embedding'), ids]);
    return graph.op('Cast', [rows], { to: { int: DataType.float32 } });
  }

  mix(): string {
    throw new Error('fp16 weights are not rotated; nothing is mixed at run time');
  }

  async #store(name: string, dims: readonly number[], bits: Uint16Array): Promise<void> {
    this.#stored.set(name, await this.data.write(name, 'float16', dims, bits));
  }

  #initializer(graph: GraphBuilder, name: string): string {
    return graph.initializer(this.#stored.get(name)!);
  }
}
