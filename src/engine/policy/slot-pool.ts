import type { DecoderShape } from '../models/architecture/architecture.ts';

/**
 * Keys and values of up to `capacity` positions: for each layer and kind one float32 array
 * [kvHeads, capacity, headDim], laid out as the graph takes it, so that a run copies nothing.
 * Slots are given out in any order; what lies in unused ones is masked.
 */
export class SlotPool {
  /** Arrays [2 * layers]: key of layer 0, value of layer 0, key of layer 1, ... */
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

  get bytes(): number {
    return this.#arrays.length * this.shape.kvHeads * this.#capacity * this.shape.headDim * 4;
  }

  /** Array of one layer and kind: 0 the keys, 1 the values. */
  array(layer: number, kind: 0 | 1): Float32Array {
    return this.#arrays[2 * layer + kind]!;
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

  /** Stores position `row` of a run's new cache [2 * layers, kvHeads, rows, headDim] in a slot. */
  store(slot: number, cache: Float32Array, row: number, rows: number): void {
    const { kvHeads, headDim } = this.shape;
    for (let index = 0; index < this.#arrays.length; index++) {
      const array = this.#arrays[index]!;
      for (let head = 0; head < kvHeads; head++) {
        const from = ((index * kvHeads + head) * rows + row) * headDim;
        const to = (head * this.#capacity + slot) * headDim;
        for (let i = 0; i < headDim; i++) array[to + i] = cache[from + i]!;
      }
    }
  }

  /** Copies one position from another pool. */
  copyFrom(pool: SlotPool, from: number, to: number, count = 1): void {
    const { kvHeads, headDim } = this.shape;
    for (let index = 0; index < this.#arrays.length; index++) {
      const source = pool.#arrays[index]!;
      const target = this.#arrays[index]!;
      for (let head = 0; head < kvHeads; head++) {
        const start = (head * pool.#capacity + from) * headDim;
        const values = source.subarray(start, start + count * headDim);
        target.set(values, (head * this.#capacity + to) * headDim);
      }
    }
  }

  #allocate(capacity: number): Float32Array[] {
    const { layers, kvHeads, headDim } = this.shape;
    return Array.from({ length: 2 * layers }, () => new Float32Array(kvHeads * capacity * headDim));
  }
}
