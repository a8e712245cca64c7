import type { Mixing } from '../architecture/architecture.ts';

/**
 * Rotations folded into weights before int8 quantisation (QuaRot, Ashkboos et al. 2024; SpinQuant,
 * Liu et al. 2024): an orthogonal change of basis of the residual stream does not change the
 * model's function and spreads outlier channels, so that one scale for each row loses less.
 */

/** Limits the cost of mixing at run time, which grows with the block size. */
const maxMixedBlock = 128;

/** The largest power of two that divides n. */
export function powerOfTwoFactor(n: number): number {
  let factor = 1;
  while (n % (factor * 2) === 0) factor *= 2;
  return factor;
}

/** Normalised Walsh-Hadamard transform of each block of `block` numbers, in place. */
export function hadamardBlocks(values: Float32Array, block: number): void {
  const norm = 1 / Math.sqrt(block);
  for (let start = 0; start < values.length; start += block) {
    for (let half = 1; half < block; half *= 2) {
      for (let i = start; i < start + block; i += 2 * half) {
        for (let j = i; j < i + half; j++) {
          const a = values[j]!;
          const b = values[j + half]!;
          values[j] = a + b;
          values[j + half] = a - b;
        }
      }
    }
    for (let i = start; i < start + block; i++) values[i] = values[i]! * norm;
  }
}

/** Orthonormal DCT-II matrix [n, n], the odd part of the rotation. */
function cosineMatrix(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const norm = Math.sqrt((j === 0 ? 1 : 2) / n);
      matrix[i * n + j] = norm * Math.cos((Math.PI * (i + 0.5) * j) / n);
    }
  }
  return matrix;
}

/**
 * R = D (x) H: Hadamard within blocks of the power-of-two factor of `size`, a cosine matrix across
 * the blocks. Applied to rows (v -> v R), in O(size (log block + size / block)).
 */
export class Rotation {
  readonly #block: number;
  readonly #blocks: number;
  readonly #across: Float64Array;
  readonly #mixed: Float64Array;

  constructor(readonly size: number) {
    this.#block = powerOfTwoFactor(size);
    this.#blocks = size / this.#block;
    this.#across = cosineMatrix(this.#blocks);
    this.#mixed = new Float64Array(this.#blocks);
  }

  /** Rotates every row of a [rows, size] matrix, in place. */
  rotateRows(matrix: Float32Array): void {
    hadamardBlocks(matrix, this.#block);
    if (this.#blocks === 1) return;
    for (let row = 0; row < matrix.length; row += this.size) this.#mixAcross(matrix, row, 1);
  }

  /** Rotates every column of a [size, columns] matrix, in place: W -> R^T W. */
  rotateColumns(matrix: Float32Array, columns: number): void {
    hadamardColumns(matrix, columns, this.#block);
    if (this.#blocks === 1) return;
    for (let column = 0; column < columns; column++) this.#mixAcross(matrix, column, columns);
  }

  /** The rotation of rows at run time: R = (D (x) H') (x) H'', with H'' of size 128 or less. */
  mixing(): Mixing {
    const block = Math.min(maxMixedBlock, this.#block);
    const outer = this.#block / block;
    const size = this.#blocks * outer;
    const across = new Float32Array(size * size);
    for (let i = 0; i < this.#blocks; i++) {
      for (let j = 0; j < this.#blocks; j++) {
        for (let k = 0; k < outer; k++) {
          across[(i * outer + k) * size + j * outer + k] = this.#across[i * this.#blocks + j]!;
        }
      }
    }
    hadamardBlocks(across, outer);
    return { features: this.size, block, across: size > 1 ? [...across] : undefined };
  }

  #mixAcross(matrix: Float32Array, origin: number, stride: number): void {
    const blocks = this.#blocks;
    const step = this.#block * stride;
    for (let offset = 0; offset < this.#block; offset++) {
      const start = origin + offset * stride;
      this.#mixed.fill(0);
      for (let i = 0; i < blocks; i++) {
        const value = matrix[start + i * step]!;
        for (let j = 0; j < blocks; j++) {
          this.#mixed[j] = this.#mixed[j]! + value * this.#across[i * blocks + j]!;
        }
      }
      for (let j = 0; j < blocks; j++) matrix[start + j * step] = this.#mixed[j]!;
    }
  }
}

/** Normalised Walsh-Hadamard transform down the columns, over each `block` rows, in place. */
export function hadamardColumns(matrix: Float32Array, columns: number, block: number): void {
  const norm = 1 / Math.sqrt(block);
  const rows = matrix.length / columns;
  for (let start = 0; start < rows; start += block) {
    for (let half = 1; half < block; half *= 2) {
      for (let i = start; i < start + block; i += 2 * half) {
        for (let j = i; j < i + half; j++) {
          const upper = j * columns;
          const lower = (j + half) * columns;
          for (let c = 0; c < columns; c++) {
            const a = matrix[upper + c]!;
            const b = matrix[lower + c]!;
            matrix[upper + c] = a + b;
            matrix[lower + c] = a - b;
          }
        }
      }
    }
  }
  for (let i = 0; i < matrix.length; i++) matrix[i] = matrix[i]! * norm;
}

/** Subtracts the mean from every row of a [rows, size] matrix, in place. */
export function centreRows(matrix: Float32Array, size: number): void {
  for (let start = 0; start < matrix.length; start += size) {
    let sum = 0;
    for (let i = start; i < start + size; i++) sum += matrix[i]!;
    for (let i = start; i < start + size; i++) matrix[i] = matrix[i]! - sum / size;
  }
}

/** Subtracts the mean from every column of a [size, columns] matrix, in place. */
export function centreColumns(matrix: Float32Array, columns: number): void {
  const size = matrix.length / columns;
  const sums = new Float64Array(columns);
  for (let i = 0; i < matrix.length; i++) sums[i % columns] = sums[i % columns]! + matrix[i]!;
  for (let i = 0; i < matrix.length; i++) matrix[i] = matrix[i]! - sums[i % columns]! / size;
}
