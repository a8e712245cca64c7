import { halfValues } from '../float-encodings.ts';
import type { TensorEncoding } from '../tensor-rows.ts';

/** The ggml formats with blocks of 256 weights, whose sub-blocks have quantised scales. */

/** The 6-bit scale of sub-block k (0 to 7), from the 12 packed bytes of Q4_K and Q5_K. */
function subScale(source: Uint8Array, packed: number, k: number): number {
  if (k < 4) return source[packed + k]! & 63;
  return (source[packed + k + 4]! & 15) | ((source[packed + k - 4]! >> 6) << 4);
}

/** The 6-bit minimum of sub-block k (0 to 7). */
function subMinimum(source: Uint8Array, packed: number, k: number): number {
  if (k < 4) return source[packed + k + 4]! & 63;
  return (source[packed + k + 4]! >> 4) | ((source[packed + k]! >> 6) << 4);
}

/**
 * w = d s q - dmin m, s and m four bits a sub-block of 16; 16 bytes of s and m, 64 of q, d, dmin.
 */
function decodeQ2K(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 84, out += 256) {
    const d = halfValues[source[block + 80]! | (source[block + 81]! << 8)]!;
    const dmin = halfValues[source[block + 82]! | (source[block + 83]! << 8)]!;
    for (let k = 0; k < 16; k++) {
      const scale = d * (source[block + k]! & 15);
      const minimum = dmin * (source[block + k]! >> 4);
      const quants = block + 16 + quarterOf(k);
      const shift = shiftOf(k);
      const first = out + k * 16;
      for (let j = 0; j < 16; j++) {
        target[first + j] = scale * ((source[quants + j]! >> shift) & 3) - minimum;
      }
    }
  }
}

/** Q2_K and Q3_K: where the two low bits of sub-block k (0 to 15) start, in bytes. */
function quarterOf(k: number): number {
  return (k >> 3) * 32 + (k & 1) * 16;
}

/** Q2_K and Q3_K: the place of the two low bits of sub-block k in their bytes. */
function shiftOf(k: number): number {
  return k & 6;
}

/** The 6-bit scale of sub-block k (0 to 15), from the 12 packed bytes of Q3_K. */
function signedScale(source: Uint8Array, packed: number, k: number): number {
  const low = (source[packed + (k & 7)]! >> ((k >> 3) * 4)) & 15;
  const high = (source[packed + 8 + (k & 3)]! >> ((k >> 2) * 2)) & 3;
  return (low | (high << 4)) - 32;
}

/**
 * w = d s (q - 4 h), s a sub-block of 16, h 1 where the bit in the mask is 0; 32 bytes of mask, 64
 * of q, 12 of s, d.
 */
function decodeQ3K(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 110, out += 256) {
    const d = halfValues[source[block + 108]! | (source[block + 109]! << 8)]!;
    for (let k = 0; k < 16; k++) {
      const scale = d * signedScale(source, block + 96, k);
      const mask = block + (k & 1) * 16;
      const quants = block + 32 + quarterOf(k);
      const shift = shiftOf(k);
      const first = out + k * 16;
      for (let j = 0; j < 16; j++) {
        const high = (source[mask + j]! >> (k >> 1)) & 1 ? 0 : 4;
        target[first + j] = scale * (((source[quants + j]! >> shift) & 3) - high);
      }
    }
  }
}

/** w = d s q - dmin m, s and m a sub-block of 32; d, dmin, 12 bytes of s and m, 128 of q. */
function decodeQ4K(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 144, out += 256) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    const dmin = halfValues[source[block + 2]! | (source[block + 3]! << 8)]!;
    for (let k = 0; k < 8; k++) {
      const scale = d * subScale(source, block + 4, k);
      const minimum = dmin * subMinimum(source, block + 4, k);
      const quants = block + 16 + (k >> 1) * 32;
      const shift = (k & 1) * 4;
      const first = out + k * 32;
      for (let j = 0; j < 32; j++) {
        target[first + j] = scale * ((source[quants + j]! >> shift) & 15) - minimum;
      }
    }
  }
}

/** As Q4_K, with 32 bytes of fifth bits before q: bit k of byte j belongs to sub-block k. */
function decodeQ5K(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 176, out += 256) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    const dmin = halfValues[source[block + 2]! | (source[block + 3]! << 8)]!;
    for (let k = 0; k < 8; k++) {
      const scale = d * subScale(source, block + 4, k);
      const minimum = dmin * subMinimum(source, block + 4, k);
      const fifthBits = block + 16;
      const quants = block + 48 + (k >> 1) * 32;
      const shift = (k & 1) * 4;
      const first = out + k * 32;
      for (let j = 0; j < 32; j++) {
        const high = ((source[fifthBits + j]! >> k) & 1) << 4;
        target[first + j] = scale * (((source[quants + j]! >> shift) & 15) | high) - minimum;
      }
    }
  }
}

/** w = d s (q - 32), s a signed byte a sub-block of 16; 128 bytes low, 64 high, 16 of s, d. */
function decodeQ6K(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 210, out += 256) {
    const d = halfValues[source[block + 208]! | (source[block + 209]! << 8)]!;
    // 32 weights at a time: they have the same shifts of low and high bits.
    for (let part = 0; part < 8; part++) {
      const half = part >> 2;
      const low = block + half * 64 + (part & 1) * 32;
      const lowShift = part & 2 ? 4 : 0;
      const high = block + 128 + half * 32;
      const highShift = (part & 3) * 2;
      const scales = block + 192 + part * 2;
      const first = out + part * 32;
      for (let j = 0; j < 32; j++) {
        const scale = d * ((source[scales + (j >> 4)]! << 24) >> 24);
        const q =
          ((source[low + j]! >> lowShift) & 15) | (((source[high + j]! >> highShift) & 3) << 4);
        target[first + j] = scale * (q - 32);
      }
    }
  }
}

export const q2K: TensorEncoding = {
  name: 'Q2_K',
  blockSize: 256,
  blockBytes: 84,
  decode: decodeQ2K,
};
export const q3K: TensorEncoding = {
  name: 'Q3_K',
  blockSize: 256,
  blockBytes: 110,
  decode: decodeQ3K,
};
export const q4K: TensorEncoding = {
  name: 'Q4_K',
  blockSize: 256,
  blockBytes: 144,
  decode: decodeQ4K,
};
export const q5K: TensorEncoding = {
  name: 'Q5_K',
  blockSize: 256,
  blockBytes: 176,
  decode: decodeQ5K,
};
export const q6K: TensorEncoding = {
  name: 'Q6_K',
  blockSize: 256,
  blockBytes: 210,
  decode: decodeQ6K,
};
