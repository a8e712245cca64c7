import { halfValues } from '../float-encodings.ts';
import type { TensorEncoding } from '../tensor-rows.ts';

/**
 * The ggml formats whose four bits are an index into a table. Byte j of 32 weights has weight j in
 * its low four bits and weight j + 16 in its high four.
 */

/** Unevenly spaced, denser around zero. */
const unevenValues = Int8Array.of(
  ...[-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113],
);

/** Twice the values of a 4-bit float with two bits of exponent and one of fraction (E2M1). */
const floatValues = Int8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

/** The weights of 16 bytes, scaled. */
function decode32(
  source: Uint8Array,
  { quants, values, scale }: { quants: number; values: Int8Array; scale: number },
  target: Float32Array,
  out: number,
): void {
  for (let j = 0; j < 16; j++) {
    const q = source[quants + j]!;
    target[out + j] = scale * values[q & 15]!;
    target[out + j + 16] = scale * values[q >> 4]!;
  }
}

/** w = d v(q); d, 16 bytes of q. */
function decodeIq4Nl(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 18, out += 32) {
    const scale = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    decode32(source, { quants: block + 2, values: unevenValues, scale }, target, out);
  }
}

/**
 * w = d (s - 32) v(q), s six bits a sub-block of 32; d, 2 bytes with the high two bits of each s, 4
 * with the low four, 128 of q.
 */
function decodeIq4Xs(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 136, out += 256) {
    const d = halfValues[source[block]! | (source[block + 1]! << 8)]!;
    const highBits = source[block + 2]! | (source[block + 3]! << 8);
    for (let k = 0; k < 8; k++) {
      const low = (source[block + 4 + (k >> 1)]! >> ((k & 1) * 4)) & 15;
      const high = (highBits >> (2 * k)) & 3;
      const scale = d * ((low | (high << 4)) - 32);
      const quants = block + 8 + k * 16;
      decode32(source, { quants, values: unevenValues, scale }, target, out + k * 32);
    }
  }
}

/** w = 2^(e - 128) v(q); a byte e, 16 bytes of q. */
function decodeMxfp4(source: Uint8Array, target: Float32Array, at: number): void {
  for (let block = 0, out = at; block < source.length; block += 17, out += 32) {
    const scale = 2 ** (source[block]! - 128);
    decode32(source, { quants: block + 1, values: floatValues, scale }, target, out);
  }
}

export const iq4Nl: TensorEncoding = {
  name: 'IQ4_NL',
  blockSize: 32,
  blockBytes: 18,
  decode: decodeIq4Nl,
};
export const iq4Xs: TensorEncoding = {
  name: 'IQ4_XS',
  blockSize: 256,
  blockBytes: 136,
  decode: decodeIq4Xs,
};
export const mxfp4: TensorEncoding = {
  name: 'MXFP4',
  blockSize: 32,
  blockBytes: 17,
  decode: decodeMxfp4,
};
