import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  blockLength,
  quantiseBlocks,
} from '../../src/engine/models/compiler/block-quantisation.ts';
import { halfBits, halfValues } from '../../src/engine/models/float-encodings.ts';

describe('half-precision numbers', () => {
  it('keep every half-precision value', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfValues[bits]!;
      if (Number.isNaN(value)) assert.ok(Number.isNaN(halfValues[halfBits(value)]!));
      else assert.ok(Object.is(halfValues[halfBits(value)], value), String(value));
    }
  });

  it('round to the nearest value, with ties to even', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0x7bfe }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bits, share) => {
          const [low, high] = [halfValues[bits]!, halfValues[bits + 1]!];
          const value = Math.fround(low + share * (high - low));
          const middle = (low + high) / 2;
          const even = bits % 2 === 0 ? bits : bits + 1;
          const nearest = value < middle ? bits : value > middle ? bits + 1 : even;
          assert.equal(halfBits(value), nearest);
          assert.equal(halfBits(-value), nearest | 0x8000);
        },
      ),
    );
  });
});

describe('weights in blocks', () => {
  const rows = 3;

  for (const bits of [4, 8] as const) {
    it(`of ${bits} bits change by less than one step, and 0 stays 0`, () => {
      const weight = fc.oneof(fc.constant(0), fc.float({ min: -4, max: 4, noNaN: true }));
      const columns = fc.constantFrom(20, 32, 96);
      const matrix = columns.chain((count) =>
        fc.array(weight, { minLength: rows * count, maxLength: rows * count }),
      );
      fc.assert(
        fc.property(matrix, (values) => {
          const weights = Float32Array.from(values);
          const count = weights.length / rows;
          const blocks = Math.ceil(count / blockLength);
          const quantised = quantiseBlocks(weights, rows, count, bits);
          const read = (bytes: Uint8Array, start: number, index: number): number => {
            if (bits === 8) return bytes[start + index]!;
            return (bytes[start + (index >> 1)]! >> (4 * (index % 2))) & 15;
          };
          for (let i = 0; i < weights.length; i++) {
            const [row, column] = [Math.floor(i / count), i % count];
            const block = Math.floor(column / blockLength);
            const scale = quantised.scales[row * blocks + block]!;
            const zeroBytes = Math.ceil((blocks * bits) / 8);
            const zero = read(quantised.zeroPoints, row * zeroBytes, block);
            const start = ((row * blocks + block) * blockLength * bits) / 8;
            const value = scale * (read(quantised.values, start, column % blockLength) - zero);
            assert.ok(Math.abs(value - weights[i]!) <= scale * 1.01 + 1e-30);
            if (weights[i] === 0) assert.equal(Math.abs(value), 0);
          }
        }),
        { numRuns: 30 },
      );
    });
  }
});
