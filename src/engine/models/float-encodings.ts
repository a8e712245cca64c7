import type { TensorEncoding } from './tensor-rows.ts';

/** The value of each of the 65,536 half-precision bit patterns (IEEE 754 binary16). */
export const halfValues = Float32Array.from({ length: 0x10000 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

function decodeF32(source: Uint8Array, target: Float32Array, at: number): void {
  // All supported platforms are little-endian, as the files are.
  new Uint8Array(target.buffer, target.byteOffset + at * 4, source.length).set(source);
}

function decodeF16(source: Uint8Array, target: Float32Array, at: number): void {
  for (let byte = 0, out = at; byte < source.length; byte += 2, out++) {
    target[out] = halfValues[source[byte]! | (source[byte + 1]! << 8)]!;
  }
}

/** A bfloat16 is the upper half of a float32. */
function decodeBf16(source: Uint8Array, target: Float32Array, at: number): void {
  const bits = new Uint16Array(target.buffer, target.byteOffset + at * 4, source.length);
  for (let byte = 0; byte < source.length; byte += 2) {
    bits[byte] = 0;
    bits[byte + 1] = source[byte]! | (source[byte + 1]! << 8);
  }
}

export const f32: TensorEncoding = { name: 'F32', blockSize: 1, blockBytes: 4, decode: decodeF32 };
export const f16: TensorEncoding = { name: 'F16', blockSize: 1, blockBytes: 2, decode: decodeF16 };
export const bf16: TensorEncoding = {
  name: 'BF16',
  blockSize: 1,
  blockBytes: 2,
  decode: decodeBf16,
};

const floatBits = new Uint32Array(1);
const floatValue = new Float32Array(floatBits.buffer);

/**
 * The half-precision bit pattern nearest to a number, ties to even; too large numbers become
 * infinite.
 */
export function halfBits(value: number): number {
  floatValue[0] = value;
  const bits = floatBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(floatValue[0]);
  if (Number.isNaN(magnitude)) return sign | 0x7e00;
  // Below 2^-14 halves are multiples of 2^-24; the sum with 0.5 brings one to the low bits of a
  // float32.
  if (magnitude < 2 ** -14) {
    floatValue[0] = magnitude + 0.5;
    return sign | (floatBits[0]! - 0x3f000000);
  }
  if (magnitude >= 65520) return sign | 0x7c00;
  const rounded = (bits & 0x7fffffff) + 0xfff + ((bits >>> 13) & 1);
  return sign | ((rounded >>> 13) - (112 << 10));
}
