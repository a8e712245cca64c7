import { setImmediate } from 'node:timers/promises';

/** Residual of an eigenvector as a share of the gap to the first one that is left out. */
const precision = 1e-7;
/** Steps for one eigenvalue; two are usual. */
const maxSteps = 60;

/**
 * Orthonormal eigenvectors of the largest eigenvalues of a symmetric positive operator on vectors
 * of `size`, by Lanczos' method with full reorthogonalisation. After `size` steps it is exact.
 */
export async function leadingEigenvectors(
  times: (x: Float64Array) => Float64Array,
  size: number,
  count: number,
): Promise<Float64Array[]> {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let next = freshVector(size, 0, basis);
  let check = 2 * count + 20;
  for (;;) {
    // Lets the engine read a request to cancel.
    await setImmediate();
    basis.push(next);
    const image = times(next);
    diagonal.push(dot(image, next));
    removeFrom(image, basis);
    removeFrom(image, basis);
    const length = Math.sqrt(dot(image, image));
    const whole = basis.length === size;
    if (whole || basis.length === check) {
      const { values, vectors } = tridiagonalEigen(diagonal, beside);
      const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
      const leading = order.slice(0, count);
      const [last = 0, left = 0] = [values[order[count - 1]!], values[order[count]!]];
      const bound = precision * (last - left) + 1e-14 * values[order[0]!]!;
      if (whole || leading.every((i) => Math.abs(length * vectors.at(-1)![i]!) <= bound)) {
        return leading.map((i) => combined(basis, vectors, i));
      }
      check = Math.min(size, Math.ceil(check * 1.4));
    }
    // The space is exhausted where nothing is left: another direction continues.
    const ended = length <= 1e-13 * Math.max(...diagonal.map(Math.abs), Number.MIN_VALUE);
    beside.push(ended ? 0 : length);
    next = ended ? freshVector(size, basis.length, basis) : image.map((value) => value / length);
  }
}

/** A unit vector orthogonal to the basis; the same for the same arguments. */
function freshVector(size: number, seed: number, basis: readonly Float64Array[]): Float64Array {
  let state = (seed + 1) * 2654435761;
  const vector = Float64Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
  removeFrom(vector, basis);
  removeFrom(vector, basis);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function combined(
  basis: readonly Float64Array[],
  vectors: readonly Float64Array[],
  column: number,
): Float64Array {
  const result = new Float64Array(basis[0]!.length);
  for (const [k, vector] of basis.entries()) {
    const factor = vectors[k]![column]!;
    for (let i = 0; i < result.length; i++) result[i] = result[i]! + factor * vector[i]!;
  }
  return result;
}

/**
 * Eigenvalues, and eigenvectors in columns, of a symmetric tridiagonal matrix, by the QL algorithm
 * with implicit shifts.
 */
function tridiagonalEigen(
  diagonal: readonly number[],
  beside: readonly number[],
): { values: number[]; vectors: Float64Array[] } {
  const size = diagonal.length;
  const d = [...diagonal];
  const e = [...beside.slice(0, size - 1), 0];
  const vectors = Array.from({ length: size }, (_, row) => {
    const unit = new Float64Array(size);
    unit[row] = 1;
    return unit;
  });
  for (let low = 0; low < size; low++) {
    for (let step = 0; step < maxSteps; step++) {
      const high = splitAt(d, e, low);
      if (high === low) break;
      const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      const shift = half + Math.sign(half || 1) * Math.hypot(half, 1);
      chase(d, e, vectors, low, high, d[high]! - d[low]! + e[low]! / shift);
    }
  }
  return { values: d, vectors };
}

/** The first index from `low` on whose neighbour below is separate. */
function splitAt(d: readonly number[], e: readonly number[], low: number): number {
  let at = low;
  while (at < d.length - 1) {
    const scale = Math.abs(d[at]!) + Math.abs(d[at + 1]!);
    if (Math.abs(e[at]!) <= Number.EPSILON * scale) break;
    at++;
  }
  return at;
}

/** One QL step on rows `low` to `high`: rotations that move the bulge upwards. */
function chase(
  d: number[],
  e: number[],
  vectors: readonly Float64Array[],
  low: number,
  high: number,
  start: number,
): void {
  let [g, s, c, p] = [start, 1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const [f, b] = [s * e[i]!, c * e[i]!];
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) {
      d[i + 1] = d[i + 1]! - p;
      e[high] = 0;
      return;
    }
    [s, c] = [f / length, g / length];
    const moved = d[i + 1]! - p;
    const turn = (d[i]! - moved) * s + 2 * c * b;
    p = s * turn;
    d[i + 1] = moved + p;
    g = c * turn - b;
    for (const row of vectors) {
      const [left, right] = [row[i]!, row[i + 1]!];
      row[i + 1] = s * left + c * right;
      row[i] = c * left - s * right;
    }
  }
  d[low] = d[low]! - p;
  e[low] = g;
  e[high] = 0;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Makes a vector orthogonal to orthonormal ones. */
export function removeFrom(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (const other of basis) {
    const share = dot(vector, other);
    for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! - share * other[i]!;
  }
}
