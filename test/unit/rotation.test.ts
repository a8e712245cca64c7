import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Rotation, centreColumns, centreRows } from '../../src/engine/models/compiler/rotation.ts';

const sizes = fc.constantFrom(1, 6, 48, 128, 256, 640, 768);
const number = fc.float({ min: -10, max: 10, noNaN: true });

function close(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return Array.from(a).every((value, i) => Math.abs(value - b[i]!) < 1e-4);
}

describe('the rotation of the residual stream', () => {
  it('is the same at run time as in the weights', () => {
    fc.assert(
      fc.property(
        sizes.chain((size) => fc.array(number, { minLength: size, maxLength: size })),
        (values) => {
          const size = values.length;
          const rotation = new Rotation(size);
          const rotated = Float32Array.from(values);
          rotation.rotateRows(rotated);
          const { block, across } = rotation.mixing();
          assert.ok(block <= 128);
          const inner = Array.from({ length: size }, (_, at) => {
            const [start, column] = [at - (at % block), at % block];
            let sum = 0;
            for (let row = 0; row < block; row++) {
              sum += values[start + row]! * hadamard(row, column);
            }
            return sum / Math.sqrt(block);
          });
          const count = size / block;
          const mixed = inner.map((value, at) => {
            if (!across) return value;
            const [to, offset] = [Math.floor(at / block), at % block];
            let sum = 0;
            for (let from = 0; from < count; from++) {
              sum += inner[from * block + offset]! * across[from * count + to]!;
            }
            return sum;
          });
          assert.ok(close(mixed, rotated));
        },
      ),
    );
  });

  it('keeps lengths', () => {
    fc.assert(
      fc.property(
        sizes.chain((size) => fc.array(number, { minLength: size, maxLength: size })),
        (values) => {
          const rotated = Float32Array.from(values);
          new Rotation(values.length).rotateRows(rotated);
          const square = (sum: number, value: number): number => sum + value * value;
          const [before, after] = [values.reduce(square, 0), rotated.reduce(square, 0)];
          assert.ok(Math.abs(before - after) <= 1e-4 * (1 + before));
        },
      ),
    );
  });
});

describe('centring', () => {
  it('subtracts the mean from rows and columns', () => {
    const rows = Float32Array.from([1, 2, 6, -3, 0, 3]);
    centreRows(rows, 3);
    assert.deepEqual([...rows], [-2, -1, 3, -3, 0, 3]);
    const columns = Float32Array.from([1, 2, 3, 6, 5, 1]);
    centreColumns(columns, 2);
    assert.deepEqual([...columns], [-2, -1, 0, 3, 2, -2]);
  });
});

/** Sign of the Walsh-Hadamard matrix: the parity of the common bits. */
function hadamard(row: number, column: number): number {
  let bits = row & column;
  let sign = 1;
  for (; bits > 0; bits >>= 1) if (bits & 1) sign = -sign;
  return sign;
}
