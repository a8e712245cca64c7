import * as ort from 'onnxruntime-node';
import type { DecoderShape } from '../models/architecture/architecture.ts';
import type { GraphTarget } from '../models/compiler/decoder.ts';
import { inputNames, outputNames } from '../models/compiler/graph-names.ts';
import type { CacheLayout, KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import { maskFeeds } from './mask-feeds.ts';
import { treeAttentionMasks, type AttentionSpan } from './attention-span.ts';

/**
 * Keys and values on the device, as one run returned them. They are freed with the last pool that
 * refers to them. A run writes new tensors and never changes old ones.
 */
class DeviceRows {
  #references = 0;

  /** @param tensors in the order of the graph's inputs */
  constructor(readonly tensors: readonly ort.Tensor[]) {}

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references > 0) return;
    for (const tensor of this.tensors) tensor.dispose();
  }
}

/**
 * The rows a run returned: one for each slot of both pools, then its new tokens from `first` on.
 */
class DeviceKeyValues implements NewKeyValues {
  readonly kind = 'device';

  constructor(
    readonly rows: DeviceRows,
    readonly first: number,
  ) {}
}

/** Slots that refer to rows on the device: storing, copying or moving a position moves an index. */
class DevicePool implements KeyValuePool {
  #rows: DeviceRows | undefined;
  #at: number[];

  constructor(
    private readonly bytesPerPosition: number,
    capacity: number,
  ) {
    this.#at = new Array<number>(capacity).fill(0);
  }

  get capacity(): number {
    return this.#at.length;
  }

  get bytes(): number {
    return this.#at.length * this.bytesPerPosition;
  }

  get rows(): DeviceRows | undefined {
    return this.#rows;
  }

  /** The row of each slot; an unused slot may name any row. */
  get at(): readonly number[] {
    return this.#at;
  }

  another(capacity: number): DevicePool {
    return new DevicePool(this.bytesPerPosition, capacity);
  }

  resize(capacity: number): void {
    this.#at = Array.from({ length: capacity }, (_, slot) => this.#at[slot] ?? 0);
  }

  store(slot: number, fresh: NewKeyValues, row: number): void {
    const { rows, first } = deviceOnly(fresh);
    if (rows !== this.#rows) throw new Error('The keys and values belong to another run.');
    this.#at[slot] = first + row;
  }

  copyFrom(pool: KeyValuePool, from: number, to: number, count = 1): void {
    const source = devicePool(pool);
    if (source.#rows !== this.#rows) {
      if (this.#rows) throw new Error('The pools hold rows of different runs.');
      this.#rows = source.#rows?.retain();
    }
    for (let i = 0; i < count; i++) this.#at[to + i] = source.#at[from + i]!;
  }

  /** Refers to the rows of a new run, in which slot i is row `first` + i. */
  rebase(rows: DeviceRows, first: number): void {
    rows.retain();
    this.#rows?.release();
    this.#rows = rows;
    this.#at = this.#at.map((_, slot) => first + slot);
  }

  dispose(): void {
    this.#rows?.release();
    this.#rows = undefined;
  }
}

/** Names and shape of a graph's KV cache inputs and outputs. */
interface DeviceNames {
  readonly past: readonly string[];
  readonly present: readonly string[];
  /** Dimensions for one position. */
  readonly dims: readonly number[];
}

/** Names of the KV cache in the graph for a target; see GroupedAttention and DeviceAttention. */
export function deviceNames(
  { layers, kvHeads, headDim }: DecoderShape,
  target: Exclude<GraphTarget, 'cpu'>,
): DeviceNames {
  const each = (names: (layer: number) => string[]): string[] =>
    Array.from({ length: layers }, (_, layer) => names(layer)).flat();
  if (target === 'gpu') {
    return {
      past: each((layer) => [inputNames.past(layer)]),
      present: each((layer) => [outputNames.present(layer)]),
      dims: [2 * kvHeads, 1, headDim],
    };
  }
  return {
    past: each((layer) => [inputNames.pastKey(layer), inputNames.pastValue(layer)]),
    present: each((layer) => [outputNames.presentKey(layer), outputNames.presentValue(layer)]),
    dims: [1, kvHeads, 1, headDim],
  };
}

/**
 * A KV cache that stays on the model's device: a run takes a list of slots, not their content. Only
 * WebGPU can leave outputs on the device; elsewhere the same tensors are downloaded after each run
 * and uploaded for the next.
 */
export class DeviceLayout implements CacheLayout {
  readonly #names: DeviceNames;
  /** Input for a text that has no rows yet. */
  readonly #emptyPast: ort.Tensor;

  constructor(
    private readonly shape: DecoderShape,
    private readonly target: Exclude<GraphTarget, 'cpu'>,
  ) {
    this.#names = deviceNames(shape, target);
    const { dims } = this.#names;
    const size = dims.reduce((product, dim) => product * dim, 1);
    this.#emptyPast = new ort.Tensor('float32', new Float32Array(size), dims);
  }

  get outputs(): readonly string[] {
    return this.#names.present;
  }

  pool(capacity: number): DevicePool {
    const { layers, kvHeads, headDim } = this.shape;
    // At least one: the graph's list of slots must not be empty.
    return new DevicePool(2 * layers * kvHeads * headDim * 4, Math.max(1, capacity));
  }

  feeds(
    prefix: KeyValuePool,
    branch: KeyValuePool,
    spans: readonly AttentionSpan[],
  ): Record<string, ort.Tensor> {
    const [committed, branches] = [devicePool(prefix), devicePool(branch)];
    const rows = committed.rows ?? branches.rows;
    if (branches.rows && branches.rows !== rows) {
      throw new Error('The prefix and the branches hold rows of different runs.');
    }
    const slots = Int32Array.from([...committed.at, ...branches.at]);
    const feeds: Record<string, ort.Tensor> = {
      [inputNames.slots]: new ort.Tensor('int32', slots, [slots.length]),
      ...maskFeeds(
        treeAttentionMasks(this.shape, spans, prefix.capacity, branch.capacity),
        spans.length,
      ),
    };
    if (this.target === 'webgpu') {
      const seen = slots.length + spans.length;
      feeds[inputNames.lastPosition] = new ort.Tensor('int32', Int32Array.of(seen - 1), [1]);
      feeds[inputNames.positionCount] = new ort.Tensor('int32', Int32Array.of(seen), [1]);
    }
    this.#names.past.forEach((name, i) => {
      feeds[name] = rows?.tensors[i] ?? this.#emptyPast;
    });
    return feeds;
  }

  take(
    results: ort.InferenceSession.ReturnType,
    prefix: KeyValuePool,
    branch: KeyValuePool,
  ): DeviceKeyValues {
    const [committed, branches] = [devicePool(prefix), devicePool(branch)];
    const rows = new DeviceRows(this.outputs.map((name) => results[name] as ort.Tensor));
    const first = committed.capacity + branches.capacity;
    const branchStart = committed.capacity;
    committed.rebase(rows, 0);
    branches.rebase(rows, branchStart);
    return new DeviceKeyValues(rows, first);
  }
}

function devicePool(pool: KeyValuePool): DevicePool {
  if (pool instanceof DevicePool) return pool;
  throw new Error('A device session was given a pool of this process.');
}

function deviceOnly(fresh: NewKeyValues): DeviceKeyValues {
  if (fresh instanceof DeviceKeyValues) return fresh;
  throw new Error('A device pool was given keys and values of this process.');
}
