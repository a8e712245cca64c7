import assert from 'node:assert/strict';
import fc from 'fast-check';
import { principalPart, subtractPart } from '../../src/engine/models/adapter/principal-part.ts';

type Kind = 'pissa' | 'olora';

/** W without its principal part. */
async function rest(
  values: readonly number[],
  columns: number,
  kind: Kind,
  rank: number,
  scale = 1,
): Promise<number[]> {
  const weights = Float32Array.from(values);
  const part = await principalPart(weights, columns, { kind, rank, scale, weight: 'w' });
  subtractPart(weights, part, 0, columns);
  return [...weights];
}

function assertClose(found: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of found.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-5);
}

describe('the principal part of a weight', () => {
  it('of PiSSA has the largest singular values', async () => {
    const diagonal = [5, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0];
    assertClose(await rest(diagonal, 3, 'pissa', 2), [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    assertClose(await rest(diagonal, 4, 'pissa', 1).then((all) => all.slice(0, 1)), [0]);
  });

  it('of PiSSA is the whole of a matrix of that rank, tall or wide', async () => {
    const vector = (length: number) =>
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
    const product = fc
      .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }))
      .chain(([rows, columns]) => fc.tuple(vector(rows), vector(columns)));
    await fc.assert(
      fc.asyncProperty(product, async ([left, right]) => {
        const values = left.flatMap((a) => right.map((b) => a * b));
        for (const value of await rest(values, right.length, 'pissa', 1)) {
          assert.ok(Math.abs(value) < 1e-4);
        }
      }),
    );
  });

  it('of PiSSA ends for equal singular values', async () => {
    const identity = Array.from({ length: 36 * 36 }, (_, i) => (i % 37 === 0 ? 1 : 0));
    const left = await rest(identity, 36, 'pissa', 3);
    const trace = left.reduce((sum, value, i) => sum + (i % 37 === 0 ? value : 0), 0);
    assert.ok(Math.abs(trace - 33) < 1e-4);
    assert.deepEqual(await rest(Array<number>(16).fill(0), 4, 'pissa', 2), Array(16).fill(0));
  });

  it('of OLoRA is the first columns and what they explain, with the scale of the adapter', async () => {
    assertClose(await rest([2, 4, 0, 3], 2, 'olora', 1), [0, 0, 0, 3]);
    assertClose(await rest([2, 4, 0, 3], 2, 'olora', 1, 0.5), [1, 2, 0, 3]);
  });

  it('is refused where it is not determined', async () => {
    await assert.rejects(
      rest([1, NaN, 1, 1], 2, 'pissa', 1),
      /w contains values that are not fin/u,
    );
    await assert.rejects(
      rest([1, 2, 3, 4], 2, 'pissa', 3),
      /rank 3 cannot .* w, which is \[2, 2\]/u,
    );
    await assert.rejects(rest([1, 1, 1, 1], 2, 'olora', 2), /its first 2 columns depend/u);
  });
});
