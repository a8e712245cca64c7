import { halfValues } from '../float-encodings.ts';
import type { TensorEncoding } from '../tensor-rows.ts';

/**
 * The ggml formats with blocks of 32 weights. d and m are half-precision. Byte j has weight j in
 * its low four bits and weight j + 16 in its high four.
 */

/** w = d (q - 8); d, 16 bytes of q. */
function decodeQ40(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 18, out += 32) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const q = source[block + 2 + j]!;
      target[out + j] = d * ((q & 15) - 8);
      target[out + j + 16] = d * ((q >> 4) - 8);
    }
  }
}

/** w = d q + m; d, m, 16 bytes of q. */
function decodeQ41(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 20, out += 32) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    const m = halfValues[source[block + 2]! | (source[block + 3]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const q = source[block + 4 + j]!;
      target[out + j] = d * (q & 15) + m;
      target[out + j + 16] = d * (q >> 4) + m;
    }
  }
}

/** w = d (q - 16); d, 32 fifth bits, 16 bytes of the lower four. */
function decodeQ50(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 22, out += 32) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    const lowHalf = source[block + 2]! | (source[block + 3]! << 8);
    const highHalf = source[block + 4]! | (source[block + 5]! << 8);
    for (let j = 0; j < 16; j++) {
      const q = source[block + 6 + j]!;
      target[out + j] = d * (((q & 15) | (((lowHalf >> j) & 1) << 4)) - 16);
      target[out + j + 16] = d * (((q >> 4) | (((highHalf >> j) & 1) << 4)) - 16);
    }
  }
}

/** w = d q + m; d, m, 32 fifth bits, 16 bytes of the lower four. */
function decodeQ51(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 24, out += 32) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    const m = halfValues[source[block + 2]! | (source[block + 3]! << 8)]!;
    const lowHalf = source[block + 4]! | (source[block + 5]! << 8);
    const highHalf = source[block + 6]! | (source[block + 7]! << 8);
    for (let j = 0; j < 16; j++) {
      const q = source[block + 8 + j]!;
      target[out + j] = d * ((q & 15) | (((lowHalf >> j) & 1) << 4)) + m;
      target[out + j + 16] = d * ((q >> 4) | (((highHalf >> j) & 1) << 4)) + m;
    }
  }
}

/** w = d q; d, 32 signed bytes. */
function decodeQ80(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 34, out += 32) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    for (let j = 0; j < 32; j++) target[out + j] = d * ((source[block + 2 + j]! << 24) >> 24);
  }
}

export const q40: TensorEncoding = {
  name: 'Q4_0',
  blockSize: 32,
  blockBytes: 18,
  decode: decodeQ40,
};
export const q41: TensorEncoding = {
  name: 'Q4_1',
  blockSize: 32,
  blockBytes: 20,
  decode: decodeQ41,
};
export const q50: TensorEncoding = {
  name: 'Q5_0',
  blockSize: 32,
  blockBytes: 22,
  decode: decodeQ50,
};
export const q51: TensorEncoding = {
  name: 'Q5_1',
  blockSize: 32,
  blockBytes: 24,
  decode: decodeQ51,
};
export const q80: TensorEncoding = {
  name: 'Q8_0',
  blockSize: 32,
  blockBytes: 34,
  decode: decodeQ80,
};
