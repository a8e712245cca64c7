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
  // Every platform this runs on keeps its float32 little-endian, as the files do.
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
