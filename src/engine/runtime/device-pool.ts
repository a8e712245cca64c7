import * as ort from 'onnxruntime-node';
import type { DecoderShape } from '../models/architecture/architecture.ts';
import type { GraphTarget } from '../models/compiler/decoder.ts';
import { inputNames, outputNames } from '../models/compiler/graph-names.ts';
import type { CacheLayout, KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import { maskFeeds } from './mask-feeds.ts';
import { masksOverAll, type AttentionSpan } from './attention-span.ts';

/**
 * Keys and values of some positions on the device, as a run gave them, freed with the last pool
 * that refers to them. A run writes new ones and never changes old ones.
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
 * The rows that a run gave: those of both pools' slots, then those of its new tokens from `first`
 * on.
 */
class DeviceKeyValues implements NewKeyValues {
  readonly kind = 'device';

  constructor(
    readonly rows: DeviceRows,
    readonly first: number,
  ) {}
}

/**
 * Slots that refer to rows on the device: storing, copying and moving a position moves a number.
 */
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

  /** The row of each slot; unused slots have any. */
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
    if (rows !== this.#rows) throw new Error('the keys and values are those of another run');
    this.#at[slot] = first + row;
  }

  copyFrom(pool: KeyValuePool, from: number, to: number, count = 1): void {
    const source = devicePool(pool);
    if (source.#rows !== this.#rows) {
      if (this.#rows) throw new Error('the pools hold rows of different runs');
      this.#rows = source.#rows?.retain();
    }
    for (let i = 0; i < count; i++) this.#at[to + i] = source.#at[from + i]!;
  }

  /** Refers to what a run gave, in which slot i lies in row `first` + i. */
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

/** How a graph takes the keys and values of earlier positions and gives those of a run. */
interface DeviceNames {
  readonly past: readonly string[];
  readonly present: readonly string[];
  /** Of one position, the dimension that counts positions being 1. */
  readonly dims: readonly number[];
}

/**
 * What the graph of a target calls its keys and values; see GroupedAttention and DeviceAttention.
 */
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
 * Keys and values that stay where the model runs: a run takes a list of slots, not their content.
 * Where the runtime cannot leave outputs on its device (all but WebGPU), they come back to this
 * process and go up again; nothing else differs.
 */
export class DeviceLayout implements CacheLayout {
  readonly #names: DeviceNames;
  /** Stands for the rows of a text that has none yet. */
  readonly #nothing: ort.Tensor;

  constructor(
    private readonly shape: DecoderShape,
    private readonly target: Exclude<GraphTarget, 'cpu'>,
  ) {
    this.#names = deviceNames(shape, target);
    const { dims } = this.#names;
    const size = dims.reduce((product, dim) => product * dim, 1);
    this.#nothing = new ort.Tensor('float32', new Float32Array(size), dims);
  }

  get outputs(): readonly string[] {
    return this.#names.present;
  }

  pool(capacity: number): DevicePool {
    const { layers, kvHeads, headDim } = this.shape;
    // One at least: the graph's list of slots must not be empty.
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
      throw new Error('prefix and branches hold rows of different runs');
    }
    const slots = Int32Array.from([...committed.at, ...branches.at]);
    const feeds: Record<string, ort.Tensor> = {
      [inputNames.slots]: new ort.Tensor('int32', slots, [slots.length]),
      ...maskFeeds(masksOverAll(this.shape, spans, prefix.capacity, branch.capacity), spans.length),
    };
    if (this.target === 'webgpu') {
      const seen = slots.length + spans.length;
      feeds[inputNames.lastPosition] = new ort.Tensor('int32', Int32Array.of(seen - 1), [1]);
      feeds[inputNames.positionCount] = new ort.Tensor('int32', Int32Array.of(seen), [1]);
    }
    this.#names.past.forEach((name, i) => {
      feeds[name] = rows?.tensors[i] ?? this.#nothing;
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
  throw new Error('keys and values of this process were given to a session on a device');
}

function deviceOnly(fresh: NewKeyValues): DeviceKeyValues {
  if (fresh instanceof DeviceKeyValues) return fresh;
  throw new Error('keys and values of this process were given to a pool on a device');
}
