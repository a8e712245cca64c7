import { badModel } from '../malformed.ts';
import { leadingEigenvectors, removeFrom } from './leading-eigenvectors.ts';

/**
 * What PEFT takes off a weight W when it makes the layer of an adapter, so that the adapter starts
 * as that part: for `pissa` the best approximation of W of this rank (Meng et al. 2024), for
 * `olora` scale * Q R of the first columns of W's QR decomposition (Büyükakyüz 2024).
 */
export interface Principal {
  readonly kind: 'pissa' | 'olora';
  readonly rank: number;
  /** Factor of the part that is taken off: 1 for `pissa`. */
  readonly scale: number;
  /** For messages. */
  readonly weight: string;
}

/** scale * L R, with L [rows, rank] and R [rank, columns]. */
interface Part {
  readonly rank: number;
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** @param values W, [rows, columns] */
export async function principalPart(
  values: Float32Array,
  columns: number,
  { kind, rank, scale, weight }: Principal,
): Promise<Part> {
  const rows = values.length / columns;
  if (rank > Math.min(rows, columns)) {
    throw badModel(
      `${kind} of rank ${rank} cannot be taken off ${weight}, which is [${rows}, ${columns}].`,
    );
  }
  if (!values.every(Number.isFinite)) {
    throw badModel(`${weight} contains values that are not finite numbers.`);
  }
  if (kind === 'olora') {
    const left = firstColumnsBasis(values, columns, rank, weight);
    const right = projected(left, rank, values, columns);
    for (let i = 0; i < right.length; i++) right[i] = right[i]! * scale;
    return { rank, left, right };
  }
  if (rows <= columns) {
    const times = (x: Float64Array) =>
      product(values, columns, transposedProduct(values, columns, x));
    const left = joinedColumns(await leadingEigenvectors(times, rows, rank), rows);
    return { rank, left, right: projected(left, rank, values, columns) };
  }
  const times = (x: Float64Array) =>
    transposedProduct(values, columns, product(values, columns, x));
  const vectors = await leadingEigenvectors(times, columns, rank);
  const right = new Float64Array(rank * columns);
  for (const [k, vector] of vectors.entries()) right.set(vector, k * columns);
  const images = vectors.map((vector) => product(values, columns, vector));
  return { rank, left: joinedColumns(images, rows), right };
}

/** values -= L R, for the rows from `start` on. */
export function subtractPart(
  values: Float32Array,
  { rank, left, right }: Part,
  start: number,
  columns: number,
): void {
  const sums = new Float64Array(columns);
  for (let row = 0; row < values.length / columns; row++) {
    sums.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = left[(start + row) * rank + k]!;
      for (let c = 0; c < columns; c++) sums[c] = sums[c]! + factor * right[k * columns + c]!;
    }
    for (let c = 0; c < columns; c++) {
      values[row * columns + c] = values[row * columns + c]! - sums[c]!;
    }
  }
}

/** An orthonormal basis of the first columns, [rows, rank]: the Q of a QR decomposition. */
function firstColumnsBasis(
  values: Float32Array,
  columns: number,
  rank: number,
  weight: string,
): Float64Array {
  const rows = values.length / columns;
  const basis: Float64Array[] = [];
  for (let k = 0; k < rank; k++) {
    const vector = Float64Array.from({ length: rows }, (_, row) => values[row * columns + k]!);
    const length = norm(vector);
    removeFrom(vector, basis);
    removeFrom(vector, basis);
    const left = norm(vector);
    if (!(left > 1e-7 * length)) {
      throw badModel(
        `olora cannot be taken off ${weight}: its first ${rank} columns depend on each other.`,
      );
    }
    for (let i = 0; i < rows; i++) vector[i] = vector[i]! / left;
    basis.push(vector);
  }
  return joinedColumns(basis, rows);
}

/** L^T W, [rank, columns]. */
function projected(
  left: Float64Array,
  rank: number,
  values: Float32Array,
  columns: number,
): Float64Array {
  const result = new Float64Array(rank * columns);
  for (let row = 0; row < values.length / columns; row++) {
    for (let k = 0; k < rank; k++) {
      const factor = left[row * rank + k]!;
      for (let c = 0; c < columns; c++) {
        const at = k * columns + c;
        result[at] = result[at]! + factor * values[row * columns + c]!;
      }
    }
  }
  return result;
}

function joinedColumns(vectors: readonly Float64Array[], rows: number): Float64Array {
  const joined = new Float64Array(rows * vectors.length);
  for (const [k, vector] of vectors.entries()) {
    for (let row = 0; row < rows; row++) joined[row * vectors.length + k] = vector[row]!;
  }
  return joined;
}

/** W x. */
function product(values: Float32Array, columns: number, x: Float64Array): Float64Array {
  const result = new Float64Array(values.length / columns);
  for (let row = 0, at = 0; row < result.length; row++) {
    let sum = 0;
    for (let c = 0; c < columns; c++, at++) sum += values[at]! * x[c]!;
    result[row] = sum;
  }
  return result;
}

/** W^T x. */
function transposedProduct(values: Float32Array, columns: number, x: Float64Array): Float64Array {
  const result = new Float64Array(columns);
  for (let row = 0, at = 0; row < x.length; row++) {
    const factor = x[row]!;
    for (let c = 0; c < columns; c++, at++) result[c] = result[c]! + factor * values[at]!;
  }
  return result;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
