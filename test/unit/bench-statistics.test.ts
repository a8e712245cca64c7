import assert from 'node:assert/strict';
import { isReached, type Goal } from '../../src/bench/goals.ts';
import { divergenceOfLogits } from '../../src/bench/logits-divergence.ts';
import { goalTable } from '../../src/bench/report.ts';
import { median, pairedRatios, spreadOf, totalRatio } from '../../src/bench/statistics.ts';

function assertNear(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) < 1e-6, `${found} is not ${expected}`);
}

describe('benchmark statistics', () => {
  it('takes the middle of an odd number of values in any order', () => {
    assert.equal(median([9, 1, 4]), 4);
  });

  it('takes the mean of the two middle values of an even number of values', () => {
    assert.equal(median([10, 2, 4, 1]), 3);
  });

  it('does not reorder the measurements', () => {
    const values = [3, 1, 2];
    median(values);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it('throws for the median of no values', () => {
    assert.throws(() => median([]), RangeError);
  });

  it('gives median, smallest and largest', () => {
    assert.deepEqual(spreadOf([5, 1, 3]), { median: 3, min: 1, max: 5, count: 3 });
  });

  it('divides pair by pair, so a slow pair cancels', () => {
    assert.deepEqual(pairedRatios([2, 20, 6], [1, 10, 2]), { median: 2, min: 2, max: 3, count: 3 });
  });

  it('refuses lists of different lengths', () => {
    assert.throws(() => pairedRatios([1, 2], [1]), RangeError);
  });

  it('divides total times', () => {
    assert.equal(totalRatio([1, 9], [10, 10]), 0.5);
  });
});

describe('divergence of logits', () => {
  const logits = (...masses: number[]): Float32Array =>
    Float32Array.from(masses, (mass) => Math.log(mass));

  it('matches KL(reference || other) computed by hand', () => {
    const { kl } = divergenceOfLogits(logits(0.5, 0.5), logits(0.25, 0.75));
    assertNear(kl, 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3));
  });

  it('does not change when a constant is added to all logits', () => {
    const raised = logits(0.25, 0.75).map((logit) => logit + 10);
    const { kl } = divergenceOfLogits(logits(0.5, 0.5), raised);
    assertNear(kl, 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3));
  });

  it('is zero for equal rows', () => {
    assert.deepEqual(divergenceOfLogits(logits(0.1, 0.9), logits(0.1, 0.9)), {
      kl: 0,
      sameTop: true,
    });
  });

  it('reports when the most likely tokens differ', () => {
    assert.equal(divergenceOfLogits(logits(0.6, 0.4), logits(0.4, 0.6)).sameTop, false);
  });

  it('takes the first of equally likely tokens', () => {
    assert.equal(divergenceOfLogits(logits(0.4, 0.4, 0.2), logits(0.5, 0.3, 0.2)).sameTop, true);
  });
});

describe('goals of the benchmark', () => {
  const goal: Goal = {
    title: 'First compile',
    limit: 30,
    bound: 'max',
    measured: 30,
    unit: 's',
    digits: 1,
  };

  it('are reached at the limit and missed beyond it', () => {
    assert.equal(isReached(goal), true);
    assert.equal(isReached({ ...goal, measured: 30.1 }), false);
    assert.equal(isReached({ ...goal, bound: 'min', measured: 29.9 }), false);
  });

  it('show the measured value and the state in the table', () => {
    const [row] = goalTable([{ ...goal, measured: 41 }])
      .split('\n')
      .slice(2);
    assert.deepEqual(
      row!
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
      ['First compile', '<= 30.0 s', '41.0 s', 'not reached'],
    );
  });
});
