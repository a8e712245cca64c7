import * as ort from 'onnxruntime-node';
import type { DecoderShape } from '../models/architecture/architecture.ts';
import { inputNames, outputNames } from '../models/compiler/graph-names.ts';
import type { CacheLayout, KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import { maskFeeds } from './mask-feeds.ts';
import { groupAncestors, type AttentionSpan } from './attention-span.ts';

/** Keys and values of a run's new positions, [2 * layers, kvHeads, rows, headDim]. */
export class HostKeyValues implements NewKeyValues {
  readonly kind = 'host';

  constructor(readonly values: Float32Array) {}
}

/**
 * Keys and values of up to `capacity` positions: one float32 array [kvHeads, capacity, headDim] for
 * the keys and one for the values of each layer, in the graph's layout, so that a run copies
 * nothing.
 */
export class SlotPool implements KeyValuePool {
  #arrays: Float32Array[];
  #capacity: number;

  constructor(
    private readonly shape: DecoderShape,
    capacity: number,
  ) {
    this.#capacity = capacity;
    this.#arrays = this.#allocate(capacity);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** [2 * layers]: key of layer 0, value of layer 0, key of layer 1, ... */
  get arrays(): readonly Float32Array[] {
    return this.#arrays;
  }

  get bytes(): number {
    return this.#arrays.length * this.shape.kvHeads * this.#capacity * this.shape.headDim * 4;
  }

  /** Array of one layer and kind: 0 the keys, 1 the values. */
  array(layer: number, kind: 0 | 1): Float32Array {
    return this.#arrays[2 * layer + kind]!;
  }

  another(capacity: number): SlotPool {
    return new SlotPool(this.shape, capacity);
  }

  /** Changes the capacity; the first min(old, new) slots keep their content. */
  resize(capacity: number): void {
    if (capacity === this.#capacity) return;
    const { kvHeads, headDim } = this.shape;
    const kept = Math.min(capacity, this.#capacity) * headDim;
    const next = this.#allocate(capacity);
    next.forEach((array, index) => {
      const old = this.#arrays[index]!;
      for (let head = 0; head < kvHeads; head++) {
        const from = head * this.#capacity * headDim;
        array.set(old.subarray(from, from + kept), head * capacity * headDim);
      }
    });
    this.#arrays = next;
    this.#capacity = capacity;
  }

  store(slot: number, fresh: NewKeyValues, row: number, rows: number): void {
    if (!(fresh instanceof HostKeyValues)) throw new Error('The keys and values are on a device.');
    const { kvHeads, headDim } = this.shape;
    const cache = fresh.values;
    for (let index = 0; index < this.#arrays.length; index++) {
      const array = this.#arrays[index]!;
      for (let head = 0; head < kvHeads; head++) {
        const from = ((index * kvHeads + head) * rows + row) * headDim;
        const to = (head * this.#capacity + slot) * headDim;
        for (let i = 0; i < headDim; i++) array[to + i] = cache[from + i]!;
      }
    }
  }

  copyFrom(pool: KeyValuePool, from: number, to: number, count = 1): void {
    const { arrays, capacity } = slotPool(pool);
    const { kvHeads, headDim } = this.shape;
    for (let index = 0; index < this.#arrays.length; index++) {
      const source = arrays[index]!;
      const target = this.#arrays[index]!;
      for (let head = 0; head < kvHeads; head++) {
        const start = (head * capacity + from) * headDim;
        const values = source.subarray(start, start + count * headDim);
        target.set(values, (head * this.#capacity + to) * headDim);
      }
    }
  }

  dispose(): void {
    // The garbage collector frees the arrays.
  }

  #allocate(capacity: number): Float32Array[] {
    const { layers, kvHeads, headDim } = this.shape;
    return Array.from({ length: 2 * layers }, () => new Float32Array(kvHeads * capacity * headDim));
  }
}

/** A KV cache in this process: a run takes all of it and returns the new tokens' part. */
export class HostLayout implements CacheLayout {
  readonly outputs = [outputNames.cache];

  constructor(private readonly shape: DecoderShape) {}

  pool(capacity: number): SlotPool {
    return new SlotPool(this.shape, capacity);
  }

  feeds(
    prefix: KeyValuePool,
    branch: KeyValuePool,
    spans: readonly AttentionSpan[],
  ): Record<string, ort.Tensor> {
    const { heads, kvHeads, headDim, layers } = this.shape;
    const { groups, width, ancestors, masks } = groupAncestors(this.shape, spans, prefix.capacity);
    const feeds: Record<string, ort.Tensor> = {
      [inputNames.ancestors]: new ort.Tensor('int32', ancestors, [groups, width]),
      ...maskFeeds(masks, (spans.length * heads) / kvHeads),
    };
    const cache = (pool: KeyValuePool, layer: number, kind: 0 | 1): ort.Tensor =>
      new ort.Tensor('float32', slotPool(pool).array(layer, kind), [
        1,
        kvHeads,
        pool.capacity,
        headDim,
      ]);
    for (let layer = 0; layer < layers; layer++) {
      feeds[inputNames.prefixKey(layer)] = cache(prefix, layer, 0);
      feeds[inputNames.prefixValue(layer)] = cache(prefix, layer, 1);
      feeds[inputNames.branchKey(layer)] = cache(branch, layer, 0);
      feeds[inputNames.branchValue(layer)] = cache(branch, layer, 1);
    }
    return feeds;
  }

  take(results: ort.InferenceSession.ReturnType): NewKeyValues {
    return new HostKeyValues(results[outputNames.cache]!.data as Float32Array);
  }
}

function slotPool(pool: KeyValuePool): SlotPool {
  if (pool instanceof SlotPool) return pool;
  throw new Error('A session of this process was given a device pool.');
}
