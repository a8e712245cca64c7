import type { LinearWeight, Mixing } from '../architecture/architecture.ts';
import type { GraphBuilder } from './graph.ts';

/**
 * How weights are stored and multiplied: stores each weight once (store...), then adds the nodes
 * that use it (linear, embed, mix).
 */
export interface WeightFormat {
  /** Whether weights are rotated before they are stored (see rotation.ts). */
  readonly rotates: boolean;
  /** Stores W [out, in], row-major. */
  storeLinear(weight: LinearWeight, values: Float32Array): Promise<void>;
  /** Stores the embedding table [vocabulary, hidden]. */
  storeEmbedding(values: Float32Array, vocabulary: number, hidden: number): Promise<void>;
  /** x [1, S, in] -> [1, S, out], without the bias. */
  linear(graph: GraphBuilder, x: string, weight: LinearWeight): string;
  /** Token ids [1, S] -> embeddings [1, S, hidden]. */
  embed(graph: GraphBuilder, ids: string): string;
  /** Multiplies x [1, S, features] by the matrix of `mixing`. */
  mix(graph: GraphBuilder, x: string, mixing: Mixing): string;
}
