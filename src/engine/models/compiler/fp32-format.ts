import type { LinearWeight } from '../architecture/architecture.ts';
import type { ExternalData } from './external-data.ts';
import type { WeightFormat } from './format.ts';
import type { GraphBuilder } from './graph.ts';
import type { InitializerSpec } from './onnx.ts';
import { transposed } from './transposed.ts';

/** Single precision weights: the reference the other formats are measured against. */
export class Fp32Format implements WeightFormat {
  readonly rotates = false;
  readonly #stored = new Map<string, InitializerSpec>();

  constructor(private readonly data: ExternalData) {}

  async storeLinear(
    { name, inFeatures, outFeatures }: LinearWeight,
    values: Float32Array,
  ): Promise<void> {
    const turned = transposed(values, outFeatures, inFeatures);
    this.#stored.set(
      name,
      await this.data.write(name, 'float32', [inFeatures, outFeatures], turned),
    );
  }

  async storeEmbedding(values: Float32Array, vocabulary: number, hidden: number): Promise<void> {
    const stored = await this.data.write('embedding', 'float32', [vocabulary, hidden], values);
    this.#stored.set('embedding', stored);
  }

  linear(graph: GraphBuilder, x: string, weight: LinearWeight): string {
    return graph.op('MatMul', [x, graph.initializer(this.#stored.get(weight.name)!)]);
  }

  embed(graph: GraphBuilder, ids: string): string {
    return graph.op('Gather', [graph.initializer(this.#stored.get('embedding')!), ids]);
  }

  mix(): string {
    throw new Error('fp32 weights are stored as they are; nothing is mixed at run time');
  }
}
