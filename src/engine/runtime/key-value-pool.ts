import type * as ort from 'onnxruntime-node';
import type { AttentionSpan } from './attention-span.ts';

/** Keys and values that a run has given: copied to this process, or left on the device. */
export interface NewKeyValues {
  readonly kind: 'host' | 'device';
}

/**
 * Slots for the keys and values of positions, in any order. What lies in unused ones is masked. A
 * session makes its own kind (GraphSession.pool), and pools of one kind work together.
 */
export interface KeyValuePool {
  readonly capacity: number;
  readonly bytes: number;
  /** A pool of the same kind. */
  another(capacity: number): KeyValuePool;
  /** Changes the capacity; the first min(old, new) slots keep their content. */
  resize(capacity: number): void;
  /** Stores position `row` of a run's `rows` new positions in a slot. */
  store(slot: number, fresh: NewKeyValues, row: number, rows: number): void;
  /** Copies positions from another pool. */
  copyFrom(pool: KeyValuePool, from: number, to: number, count?: number): void;
  /** Gives device memory back; the pool must not be used any more. */
  dispose(): void;
}

/** How a session hands keys and values to the graph and takes them back. */
export interface CacheLayout {
  /** Outputs that hold new keys and values. */
  readonly outputs: readonly string[];
  pool(capacity: number): KeyValuePool;
  /** Inputs for new tokens that see what `spans` say of the slots of both pools. */
  feeds(
    prefix: KeyValuePool,
    branch: KeyValuePool,
    spans: readonly AttentionSpan[],
  ): Record<string, ort.Tensor>;
  /** What the run gave; with it, both pools hold what they held before. */
  take(
    results: ort.InferenceSession.ReturnType,
    prefix: KeyValuePool,
    branch: KeyValuePool,
  ): NewKeyValues;
}
