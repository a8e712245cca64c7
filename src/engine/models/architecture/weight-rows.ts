import type { NamedWeights } from './architecture.ts';

/** Some rows of a stored weight. */
export interface RowRange {
  readonly stored: string;
  readonly start: number;
  readonly count: number;
}

/**
 * Weights of which some are stored together, one below the other.
 * @param find where a weight is stored; undefined: under its own name
 */
export function splitRows(
  weights: NamedWeights,
  find: (name: string) => RowRange | undefined,
): NamedWeights {
  return {
    has: (name) => weights.has(find(name)?.stored ?? name),
    shape(name) {
      const range = find(name);
      if (!range) return weights.shape(name);
      const [rows = 0, ...rest] = weights.shape(range.stored);
      // Of a weight with too few rows, the compiler gets the rows there are, and refuses them.
      return [Math.max(0, Math.min(range.count, rows - range.start)), ...rest];
    },
    read(name, start = 0, count) {
      const range = find(name);
      if (!range) return weights.read(name, start, count);
      return weights.read(range.stored, range.start + start, count ?? range.count - start);
    },
  };
}

/**
 * Weights of which some have another order of rows.
 * @param order maps a row of a weight to the stored row; undefined: the order is the same
 */
export function reorderRows(
  weights: NamedWeights,
  order: (name: string) => ((row: number) => number) | undefined,
): NamedWeights {
  return {
    has: (name) => weights.has(name),
    shape: (name) => weights.shape(name),
    async read(name, start = 0, count) {
      const rows = order(name);
      if (!rows) return weights.read(name, start, count);
      return reordered(await weights.read(name), weights.shape(name), rows, start, count);
    },
  };
}

/** Rows [start, start + count) of a matrix or vector, in another order. */
export function reordered(
  values: Float32Array,
  shape: readonly number[],
  order: (row: number) => number,
  start: number,
  count = shape[0]! - start,
): Float32Array {
  const columns = values.length / shape[0]!;
  const result = new Float32Array(count * columns);
  for (let row = 0; row < count; row++) {
    const from = order(start + row) * columns;
    result.set(values.subarray(from, from + columns), row * columns);
  }
  return result;
}

/**
 * Where a rotary embedding turns the dimensions 2i and 2i + 1 of a head together, its row
 * 2i + half is row half * headDim / 2 + i of one that turns i and headDim / 2 + i.
 */
export function interleavedRow(headDim: number): (row: number) => number {
  return (row) => {
    const inHead = row % headDim;
    const half = headDim / 2;
    return row - inHead + 2 * (inHead % half) + Math.floor(inHead / half);
  };
}

const queryOrKey = /[qk]_proj\.(weight|bias)$/;

/** The row order of interleaved queries and keys; undefined for other weights. */
export function interleavedQueryKey(
  name: string,
  { headDim }: { readonly headDim: number },
): ((row: number) => number) | undefined {
  return queryOrKey.test(name) ? interleavedRow(headDim) : undefined;
}
