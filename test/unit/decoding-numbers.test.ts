import assert from 'node:assert/strict';
import { divergenceBounds, divergenceOf } from '../../src/decoding/accounting/divergence.ts';
import { exhaustiveStep } from '../../src/decoding/exhaustive.ts';
import { gumbel, samplersOf, stream } from '../../src/decoding/random.ts';
import {
  drawNoise,
  keyOf,
  scoreOf,
  wins,
  type EstimateBounds,
} from '../../src/decoding/ranking.ts';
import { logSumExp, softmax } from '../../src/decoding/softmax.ts';
import { Contest, type Valuation } from '../../src/decoding/step.ts';
import { bestBoundFirst, isDecided, lazyStep } from '../../src/decoding/shortcuts/lazy.ts';
import {
  noShortcuts,
  shortcutsOf,
  shortcutsWithout,
} from '../../src/decoding/shortcuts/shortcuts.ts';
import { shortcutNames } from '../../src/protocol/options.ts';

const half = Math.log(0.5);

/** A value from rollouts that are of no interest, without a mean weight. */
const valueOf = (value: number): Valuation => ({ value, logMeanWeight: 0, rollouts: [] });
const boundsOf = (low: number, high: number): EstimateBounds => ({
  low: valueOf(low),
  high: valueOf(high),
});

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

describe('random numbers', () => {
  it('are those of earlier versions, so that a seed writes the text it wrote', () => {
    const streams = [
      stream(0, 'choice', 0),
      stream(1, 'rollout', 2, 3, 4),
      stream(2 ** 33 + 5, 'sample', 7, 11),
    ];
    assert.deepEqual(
      streams.map((each) => [each.uniform(), each.uniform()]),
      [
        [0.8635668460499756, 0.6303307699961312],
        [0.5395413686202007, 0.6013128579743584],
        [0.46698578910372757, 0.3828285780824584],
      ],
    );
  });

  it('come from the place in the response, not from the length of the prompt', () => {
    const [, second] = samplersOf(5, 'rollout', 2, 0.5, 10);
    assert.equal(second!.temperature, 0.5);
    assert.equal(second!.uniform(13), stream(5, 'rollout', 3, 0, 1).uniform());
  });

  it('become standard Gumbel numbers', () => {
    close(gumbel({ uniform: () => Math.exp(-1) }), 0);
    close(gumbel({ uniform: () => Math.exp(-Math.exp(-2)) }), 2);
    close(gumbel({ uniform: () => Math.exp(-Math.exp(1)) }), -1);
  });
});

describe('the ranking of candidates', () => {
  const candidate = { token: 3, logProb: -1, noise: 0.5 };

  it('adds the mean weight and value/alpha to log pi, and noise when it samples', () => {
    const estimate = { value: 0.6, logMeanWeight: 0 };
    close(scoreOf(candidate, estimate, 0.2), 2);
    close(scoreOf(candidate, { ...estimate, logMeanWeight: -4 }, 0.2), -2);
    close(keyOf(candidate, estimate, 0.2), 2.5);
    close(keyOf(candidate, { ...estimate, logMeanWeight: 4 }, 0.2), 6.5);
  });

  it('draws temperature times a Gumbel number for each candidate of probability above 0', () => {
    const some = [
      { token: 3, logProb: -1 },
      { token: 4, logProb: -Infinity },
      { token: 5, logProb: -2 },
    ];
    const noises = [3, 5].map((token) => 0.5 * gumbel(stream(8, 'choice', 2, token)));
    assert.deepEqual(drawNoise(some, 0.5, 8, 2), [
      { token: 3, logProb: -1, noise: noises[0] },
      { token: 5, logProb: -2, noise: noises[1] },
    ]);
    assert.deepEqual(
      drawNoise(some, 0, 8, 2).map(({ noise }) => noise),
      [0, 0],
    );
  });

  it('never lets a candidate win over itself', () => {
    assert.equal(wins(candidate, 1, candidate, 1), false);
    assert.equal(wins(candidate, 1, { token: 3, logProb: -2 }, 1), true);
    assert.equal(wins(candidate, 1, { token: 4, logProb: -1 }, 1), true);
    assert.equal(wins(candidate, 1, { token: 2, logProb: -1 }, 1), false);
    assert.equal(wins(candidate, 1, { token: 9, logProb: -9 }, 0.5), true);
  });
});

describe('a contest of candidates', () => {
  it('says who leads when it asks for more values', async () => {
    const values = new Map([
      [1, 0],
      [2, 3],
      [3, 0],
    ]);
    const leaders: (Valuation | undefined)[] = [];
    const contest = new Contest(1, (some, leader) => {
      leaders.push(leader);
      return Promise.resolve(some.map(({ token }) => valueOf(values.get(token)!)));
    });
    const of = (token: number) => ({ token, logProb: -token, noise: 0 });
    assert.equal(contest.isBeatenBy(of(1), -Infinity), true);
    await contest.enter([of(1)]);
    await contest.enter([of(2)]);
    await contest.enter([of(3)]);
    assert.deepEqual(
      leaders.map((leader) => leader?.value),
      [undefined, 0, 3],
    );
    const { chosen, decision, valuations } = contest.outcome();
    assert.deepEqual([chosen.token, decision, valuations.size], [2, 'evaluated', 3]);
    assert.equal(contest.isBeatenBy(of(4), 1), false);
    assert.equal(contest.isBeatenBy(of(4), 1.5), true);
  });

  it('has noise among what it compares', async () => {
    const some = [
      { token: 1, logProb: -1, noise: 0 },
      { token: 2, logProb: -1, noise: 0.5 },
    ];
    const value = () => Promise.resolve(some.map(() => valueOf(1)));
    assert.equal((await exhaustiveStep(some, 1, value)).chosen.token, 2);
  });
});

describe('a lazy step', () => {
  it('values the favourite alone, and then batches of those that can still win', async () => {
    const asked: number[][] = [];
    const some = [0, -0.1, -0.2, -0.3, -0.4, -5].map((logProb, token) => {
      return { token, logProb, noise: 0 };
    });
    const options = { alpha: 1, bounds: boundsOf(0, 1), batch: 2 };
    const { decision, chosen, valuations } = await lazyStep(some, options, (batch) => {
      asked.push(batch.map(({ token }) => token));
      return Promise.resolve(batch.map(() => valueOf(0)));
    });
    assert.deepEqual(asked, [[0], [1, 2], [3, 4]]);
    assert.deepEqual([decision, chosen.token, valuations.size], ['evaluated', 0, 5]);
  });

  it('values nothing if there is only one candidate, even without bounds', async () => {
    const only = { token: 4, logProb: -1, noise: 0 };
    const options = { alpha: 1, bounds: undefined, batch: 2 };
    const { decision, chosen, valuations } = await lazyStep([only], options, () =>
      assert.fail('a value was asked for'),
    );
    assert.deepEqual([decision, chosen, valuations.size], ['skipped', only, 0]);
  });
});

describe('a lazy step without bounds', () => {
  it('values all candidates', async () => {
    const some = [1, 2, 3].map((token) => ({ token, logProb: -9 * token, noise: 0 }));
    const options = { alpha: 1, bounds: undefined, batch: 1 };
    const { decision, chosen, valuations } = await lazyStep(some, options, (batch) =>
      Promise.resolve(batch.map(({ token }) => valueOf(20 * token))),
    );
    assert.deepEqual([decision, chosen.token, valuations.size], ['evaluated', 3, 3]);
  });
});

describe('a step', () => {
  it('is decided by its only candidate, or by a lead of the width of the range', () => {
    const of = (token: number, logProb: number) => ({ token, logProb, noise: 0 });
    const decided = (...some: ReturnType<typeof of>[]) =>
      isDecided(bestBoundFirst(some, boundsOf(0, 2), 2), boundsOf(0, 2), 2);
    assert.equal(decided(), true);
    assert.equal(decided(of(1, -5)), true);
    assert.equal(decided(of(1, -1), of(2, -2)), true);
    assert.equal(decided(of(1, -1), of(2, -1.9)), false);
    assert.equal(decided(of(1, -2), of(2, -1)), true);
  });
});

describe('shortcuts', () => {
  it('are all off in none, and off by their names otherwise', () => {
    const off = ['incrementalReward', 'bounds', 'carryOver', 'lookAhead', 'dedupe'];
    assert.deepEqual(noShortcuts, Object.fromEntries(off.map((name) => [name, false])));
    assert.deepEqual(shortcutsWithout(shortcutNames), noShortcuts);
    assert.deepEqual(Object.values(shortcutsOf({})), Array<boolean>(5).fill(true));
    assert.deepEqual(shortcutsOf(noShortcuts), noShortcuts);
    assert.equal(shortcutsOf(undefined).dedupe, true);
  });
});

describe('sums of exponentials', () => {
  it('neither overflow nor lose a sum of none', () => {
    assert.equal(logSumExp([]), -Infinity);
    assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
    close(logSumExp([1000, 1000]), 1000 + Math.log(2));
    close(logSumExp([-Infinity, half, half]), 0);
    softmax([0, Math.log(3)]).forEach((share, index) => {
      close(share, [0.25, 0.75][index]!);
    });
  });
});

describe('the divergence of a step', () => {
  /** KL of the softmax of known scores: both bounds are equal. */
  const ofScores = (scores: readonly number[], logQ: readonly number[]): number => {
    const spans = scores.map((score) => ({ low: score, high: score }));
    const { low, high } = divergenceBounds(spans, logQ);
    assert.equal(low, high);
    return low;
  };

  it('counts nothing for a candidate without mass', () => {
    close(ofScores([0, -Infinity], [half, half]), Math.log(2));
  });

  it('is that of all mass on one token, whose probability was less', () => {
    close(divergenceOf([0], [half]), Math.log(2));
    close(
      divergenceOf([half, half], [Math.log(0.75), Math.log(0.25)]),
      half - Math.log(3) / 2 + Math.log(4),
    );
  });

  it('is 0 rather than a negative number of rounding', () => {
    const logs = [0.1, 0.2, 0.3, 0.4].map(Math.log);
    for (const each of [ofScores(logs, logs), divergenceOf(logs, logs)]) {
      assert.ok(each >= 0 && each < 1e-12);
    }
    assert.equal(ofScores([0], [1e-20]), 0);
  });
});
