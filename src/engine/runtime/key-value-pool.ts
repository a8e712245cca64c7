import type * as ort from 'onnxruntime-node';
import type { AttentionSpan } from './attention-span.ts';

/** Keys and values that a run returned: in this process, or left on the device. */
export interface NewKeyValues {
  readonly kind: 'host' | 'device';
}

/**
 * Slots for the keys and values of positions, in any order. Unused slots are masked. A session
 * creates pools of its kind (GraphSession.pool); pools of different kinds cannot be combined.
 */
export interface KeyValuePool {
  readonly capacity: number;
  readonly bytes: number;
  /** Creates a pool of the same kind. */
  another(capacity: number): KeyValuePool;
  /** Changes the capacity; the first min(old, new) slots keep their content. */
  resize(capacity: number): void;
  /** Stores position `row` of a run's `rows` new positions in a slot. */
  store(slot: number, fresh: NewKeyValues, row: number, rows: number): void;
  /** Copies positions from another pool. */
  copyFrom(pool: KeyValuePool, from: number, to: number, count?: number): void;
  /** Frees device memory; do not use the pool afterwards. */
  dispose(): void;
}

/** How a session passes the KV cache to the graph and takes back new keys and values. */
export interface CacheLayout {
  /** Names of the outputs that hold new keys and values. */
  readonly outputs: readonly string[];
  pool(capacity: number): KeyValuePool;
  /** Graph inputs for new tokens that attend to slots of both pools as `spans` say. */
  feeds(
    prefix: KeyValuePool,
    branch: KeyValuePool,
    spans: readonly AttentionSpan[],
  ): Record<string, ort.Tensor>;
  /** Takes the new keys and values from a run's results; both pools keep their content. */
  take(
    results: ort.InferenceSession.ReturnType,
    prefix: KeyValuePool,
    branch: KeyValuePool,
  ): NewKeyValues;
}
