import type { Architecture, DecoderShape, NamedWeights } from '../architecture/architecture.ts';
import { principalPart, subtractPart, type Principal } from './principal-part.ts';

/** Rows of a matrix [rows, columns], or of a vector [rows]. */
export interface Matrix {
  /** Its tensor, for messages. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Rows [start, start + count); default all. */
  read(start?: number, count?: number): Promise<Float32Array>;
}

/** scale * B A, with B [out, rank] and A [rank, in] (Hu et al. 2021). */
export interface LowRank {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly scale: number;
}

/**
 * How an adapter changes one weight W, in this order: another W, other rows, less its principal
 * part, plus low-rank products, scaled to row lengths.
 */
export interface WeightChange {
  /** Name of the base's weight that is W; default the changed weight's own name. */
  readonly of?: string | undefined;
  /** Read instead of W. */
  readonly whole?: Matrix | undefined;
  /** Rows that are replaced, [ids, columns]. */
  readonly rows?: { readonly ids: readonly number[]; readonly values: Matrix } | undefined;
  readonly principal?: Principal | undefined;
  readonly lowRank: readonly LowRank[];
  /** Length of each row (DoRA, Liu et al. 2024), [out]. */
  readonly magnitude?: Matrix | undefined;
}

/** The model that an adapter changes. */
export interface AdapterBase {
  readonly name: string;
  readonly architecture: Architecture;
  readonly shape: DecoderShape;
  readonly weights: NamedWeights;
}

/** Changes of a model's weights, by the names of the weights that they change or add. */
export type Changes = ReadonlyMap<string, WeightChange>;

/** A low-rank adapter (Hu et al. 2021): W + scale * B A, and weights that are replaced. */
export interface Adapter {
  readonly name: string;
  /** Id or path of the base model, as its configuration names it. */
  readonly base: string | undefined;
  /** The files that determine what is computed. */
  readonly files: readonly string[];
  /** A folder that may hold a tokenizer and a chat template of its own. */
  readonly tokenizerFolder: string | undefined;
  /** @throws TqError badModel if a weight of the adapter is not in the base or has another shape */
  changes(base: AdapterBase): Changes;
  close(): Promise<void>;
}

/** Whether the embedding of a model is its language head, too. */
export function hasTiedHead({ architecture, shape, weights }: AdapterBase): boolean {
  return shape.tiedHead !== false && !weights.has(architecture.languageHead);
}

/** The base's weights with the changes applied. */
export function changedWeights(base: NamedWeights, changes: Changes): NamedWeights {
  const parts = new Map<string, ReturnType<typeof principalPart>>();
  return {
    has: (name) => changes.has(name) || base.has(name),
    shape(name) {
      const change = changes.get(name);
      return change?.whole?.shape ?? base.shape(change?.of ?? name);
    },
    async read(name, start = 0, count) {
      const change = changes.get(name);
      if (!change) return base.read(name, start, count);
      const { of = name, whole, rows, principal, lowRank, magnitude } = change;
      const read = (from?: number, number?: number): Promise<Float32Array> =>
        whole?.read(from, number) ?? base.read(of, from, number);
      const values = await read(start, count);
      const shape = this.shape(name);
      const columns = shape[1] ?? 1;
      if (rows) await replaceRows(values, rows, start, columns);
      if (principal) {
        const known =
          parts.get(name) ?? read().then((all) => principalPart(all, columns, principal));
        parts.set(name, known);
        subtractPart(values, await known, start, columns);
      }
      for (const { a, b, scale } of lowRank) {
        addProduct(values, await b.read(start, count), await a.read(), columns, scale);
      }
      if (magnitude) scaleRows(values, await magnitude.read(start, count), columns);
      return values;
    },
  };
}

async function replaceRows(
  values: Float32Array,
  { ids, values: replacement }: NonNullable<WeightChange['rows']>,
  start: number,
  columns: number,
): Promise<void> {
  const all = await replacement.read();
  for (const [index, id] of ids.entries()) {
    const row = id - start;
    if (row < 0 || row >= values.length / columns) continue;
    values.set(all.subarray(index * columns, (index + 1) * columns), row * columns);
  }
}

/** rows += scale * B A, with B [rows, rank] and A [rank, columns]. */
function addProduct(
  rows: Float32Array,
  b: Float32Array,
  a: Float32Array,
  columns: number,
  scale: number,
): void {
  const rank = a.length / columns;
  for (let row = 0; row < rows.length / columns; row++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * b[row * rank + k]!;
      for (let c = 0; c < columns; c++) {
        rows[row * columns + c] = rows[row * columns + c]! + factor * a[k * columns + c]!;
      }
    }
  }
}

/** Gives each row a length. */
function scaleRows(rows: Float32Array, lengths: Float32Array, columns: number): void {
  for (const [row, length] of lengths.entries()) {
    const values = rows.subarray(row * columns, (row + 1) * columns);
    const factor = length / Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    for (let c = 0; c < columns; c++) values[c] = values[c]! * factor;
  }
}
