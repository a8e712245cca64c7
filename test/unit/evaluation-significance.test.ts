import assert from 'node:assert/strict';
import fc from 'fast-check';
import { holm, signFlipTest, signTest } from '../../src/evaluation/metrics/significance.ts';

describe('p values', () => {
  it('of the sign test equal worked numbers', () => {
    // 2 (1 + 12 + 66) / 2^12 for 10 wins and 2 losses; 2 / 2^5 for 5 and 0.
    assert.ok(Math.abs(signTest(10, 2) - 158 / 4096) < 1e-12);
    assert.ok(Math.abs(signTest(2, 10) - 158 / 4096) < 1e-12);
    assert.ok(Math.abs(signTest(5, 0) - 2 / 32) < 1e-12);
    assert.deepEqual([signTest(0, 0), signTest(3, 3), signTest(1, 0)], [1, 1, 1]);
  });

  it('of the sign-flip test approach the enumeration of all flips', () => {
    // All 32 signs of 1, 2, 3, 4 and 1, counted.
    const sums = Array.from({ length: 32 }, (_, bits) =>
      [1, 2, 3, 4, 1].reduce((sum, each, place) => sum + (bits & (1 << place) ? each : -each), 0),
    );
    const exact = sums.filter((sum) => Math.abs(sum) >= 9).length / 32;

    assert.ok(Math.abs(signFlipTest([1, 2, 3, 4, -1], 1) - exact) < 0.015);
    assert.equal(signFlipTest([0, 0, 0], 1), 1);
    assert.ok(signFlipTest(Array<number>(40).fill(0.1), 1) < 0.0002);
  });

  it('do not depend on the sign or the scale of the differences', () => {
    const differences = [0.3, -0.1, 0.25, 0.4, -0.02, 0.11];
    const p = signFlipTest(differences, 3);

    assert.equal(
      signFlipTest(
        differences.map((each) => -1000 * each),
        3,
      ),
      p,
    );
  });

  it('are corrected as Holm does', () => {
    // Sorted 0.01, 0.02, 0.03, 0.04: 4 * 0.01, then 3 * 0.02, then 2 * 0.03, then at least that.
    assert.deepEqual(
      holm([0.03, 0.01, 0.04, 0.02]).map((p) => p.toFixed(4)),
      ['0.0600', '0.0400', '0.0600', '0.0600'],
    );
    assert.deepEqual(holm([0.5, 0.9]), [1, 1]);
    assert.deepEqual(holm([]), []);
  });

  it('corrected by Holm keep their order and lie between p and Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (values) => {
        const adjusted = holm(values);
        for (const [i, p] of values.entries()) {
          assert.ok(adjusted[i]! >= p && adjusted[i]! <= Math.min(1, values.length * p) + 1e-12);
          for (const [j, other] of values.entries()) {
            if (p < other) assert.ok(adjusted[i]! <= adjusted[j]!);
          }
        }
      }),
    );
  });
});
