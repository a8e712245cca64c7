/** Number of weights that share a scale, along the inputs of one output. */
export const blockLength = 32;

/** The weights of MatMulNBits: numbers of `bits` bits, with a scale and a zero point per block. */
export interface QuantisedBlocks {
  /** [rows, blocks, blockLength bits / 8], the first of two 4-bit numbers in the low half */
  readonly values: Uint8Array;
  /** [rows * blocks] */
  readonly scales: Float32Array;
  /** Packed like the values; each row starts at a new byte. */
  readonly zeroPoints: Uint8Array;
}

/**
 * Quantises W [rows, columns] in blocks along each row: w = scale (q - zero), q unsigned. The range
 * of a block always includes 0, so that a weight of 0 stays 0.
 */
export function quantiseBlocks(
  weights: Float32Array,
  rows: number,
  columns: number,
  bits: 4 | 8,
): QuantisedBlocks {
  const blocks = Math.ceil(columns / blockLength);
  const perByte = 8 / bits;
  const zeroBytes = Math.ceil(blocks / perByte);
  const values = new Uint8Array((rows * blocks * blockLength) / perByte);
  const scales = new Float32Array(rows * blocks);
  const zeroPoints = new Uint8Array(rows * zeroBytes);
  const largest = 2 ** bits - 1;
  const put = (bytes: Uint8Array, start: number, index: number, value: number): void => {
    const byte = start + Math.floor(index / perByte);
    bytes[byte] = bytes[byte]! | (value << ((index % perByte) * bits));
  };
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const first = row * columns + block * blockLength;
      const length = Math.min(blockLength, columns - block * blockLength);
      let low = 0;
      let high = 0;
      for (let i = first; i < first + length; i++) {
        low = Math.min(low, weights[i]!);
        high = Math.max(high, weights[i]!);
      }
      const scale = Math.fround((high - low) / largest);
      const zero = scale === 0 ? 0 : Math.round(-low / scale);
      scales[row * blocks + block] = scale;
      put(zeroPoints, row * zeroBytes, block, zero);
      const start = ((row * blocks + block) * blockLength) / perByte;
      // The padding of the last block is not used in products; the zero point makes it 0.
      for (let i = 0; i < blockLength; i++) {
        const value = i < length && scale > 0 ? Math.round(weights[first + i]! / scale) : 0;
        put(values, start, i, Math.min(largest, Math.max(0, value + zero)));
      }
    }
  }
  return { values, scales, zeroPoints };
}
