import type { LinearWeight, Mixing } from '../architecture/architecture.ts';
import type { ExternalData } from './external-data.ts';
import type { GraphBuilder } from './graph.ts';
import { Int8Embedding } from './int8-embedding.ts';
import { mixBlocks } from './mix-blocks.ts';
import type { WeightFormat } from './weight-format.ts';

/** A format that rotates weights before it quantises them, with an int8 embedding table. */
export abstract class QuantisedFormat implements WeightFormat {
  readonly rotates = true;
  #embedding: Int8Embedding | undefined;

  constructor(protected readonly data: ExternalData) {}

  abstract storeLinear(weight: LinearWeight, values: Float32Array): Promise<void>;

  abstract linear(graph: GraphBuilder, x: string, weight: LinearWeight): string;

  async storeEmbedding(values: Float32Array, vocabulary: number, hidden: number): Promise<void> {
    this.#embedding = await Int8Embedding.store(this.data, values, vocabulary, hidden);
  }

  embed(graph: GraphBuilder, ids: string): string {
    return this.#embedding!.rows(graph, ids);
  }

  mix(graph: GraphBuilder, x: string, mixing: Mixing): string {
    return mixBlocks(graph, x, mixing);
  }
}
