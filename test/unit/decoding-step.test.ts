import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exhaustiveStep } from '../../src/decoding/exhaustive.ts';
import { lazyStep } from '../../src/decoding/shortcuts/lazy.ts';
import { gumbel, stream } from '../../src/decoding/random.ts';
import type { DrawnCandidate } from '../../src/decoding/ranking.ts';
import type { ValueCandidates } from '../../src/decoding/step.ts';

/** Small integers, so that sums often tie exactly. */
const drawnCandidates = fc.uniqueArray(
  fc.record({
    token: fc.nat(9),
    logProb: fc.integer({ min: -3, max: 0 }),
    noise: fc.constantFrom(0, 0, 1, 2),
    value: fc.constantFrom(0, 1, 2),
  }),
  { minLength: 1, maxLength: 8, selector: ({ token }) => token },
);

const bounds = {
  low: { value: 0, logMeanWeight: 0 },
  high: { value: 2, logMeanWeight: 0 },
};

describe('a decoding step', () => {
  it('chooses the same token lazily and exhaustively when scores tie', async () => {
    await fc.assert(
      fc.asyncProperty(
        drawnCandidates,
        fc.constantFrom(0.5, 1, 2),
        fc.integer({ min: 1, max: 4 }),
        async (candidates, alpha, batch) => {
          const lazy = await lazyStep(candidates, { alpha, bounds, batch }, given(candidates));
          const full = await exhaustiveStep(candidates, alpha, given(candidates));
          assert.equal(lazy.chosen.token, full.chosen.token);
          assert.ok(lazy.decision === 'skipped' || lazy.valuations.has(lazy.chosen.token));
        },
      ),
      { numRuns: 20_000, seed: 5 },
    );
  });

  it('breaks ties by the larger log pi, then by the smaller id', async () => {
    const tied = [
      { token: 7, logProb: -1, noise: 0, value: 1 },
      { token: 5, logProb: -2, noise: 0, value: 2 },
      { token: 3, logProb: -1, noise: 0, value: 1 },
    ];
    const { chosen } = await exhaustiveStep(tied, 1, given(tied));
    assert.equal(chosen.token, 3);
  });

  it('values nothing when the gap to the second is at least (hi - lo)/alpha', async () => {
    const candidates = [
      { token: 1, logProb: 0, noise: 0, value: 0 },
      { token: 2, logProb: -4, noise: 0, value: 2 },
    ];
    const options = { bounds, batch: 1 };
    const atGap = await lazyStep(candidates, { ...options, alpha: 0.5 }, given(candidates));
    assert.equal(atGap.decision, 'skipped');
    const belowGap = await lazyStep(candidates, { ...options, alpha: 0.49 }, given(candidates));
    assert.equal(belowGap.decision, 'evaluated');
    assert.equal(belowGap.chosen.token, 2);
  });

  it('stops valuing at the first candidate that cannot win', async () => {
    const candidates = [0, -1, -1.5, -3].map((logProb, token) => ({
      token,
      logProb,
      noise: 0,
      value: token === 0 ? 1 : 0,
    }));
    const { chosen, valuations } = await lazyStep(
      candidates,
      { alpha: 1, bounds, batch: 1 },
      given(candidates),
    );
    assert.equal(chosen.token, 0);
    assert.deepEqual([...valuations.keys()], [0]);
  });
});

describe('random streams', () => {
  it('depend on every part of their address and only on it', () => {
    const address = [7, 'rollout', 3, 11, 2] as const;
    const first = stream(...address).uniform();
    assert.equal(stream(...address).uniform(), first);
    const others = [
      stream(8, 'rollout', 3, 11, 2),
      stream(7 + 2 ** 32, 'rollout', 3, 11, 2),
      stream(7, 'choice', 3, 11, 2),
      stream(7, 'rollout', 4, 11, 2),
      stream(7, 'rollout', 3, 12, 2),
      stream(7, 'rollout', 3, 11, 3),
    ].map((other) => other.uniform());
    assert.equal(new Set([first, ...others]).size, 7);
  });

  it('are uniform and independent across neighbouring addresses', () => {
    const numbers = Array.from({ length: 20_000 }, (_, index) =>
      stream(1, 'choice', index % 100, Math.floor(index / 100)).uniform(),
    );
    const mean = average(numbers);
    const variance = average(numbers.map((number) => (number - mean) ** 2));
    const covariance = average(
      numbers.slice(1).map((number, index) => (number - mean) * (numbers[index]! - mean)),
    );
    assert.ok(numbers.every((number) => number > 0 && number < 1));
    assert.ok(Math.abs(mean - 0.5) < 0.01);
    assert.ok(Math.abs(variance - 1 / 12) < 0.003);
    assert.ok(Math.abs(covariance) < 0.003);
  });

  it('give finite Gumbel numbers even next to 0 and 1', () => {
    const ends = [0.5 / 2 ** 52, 1 - 0.5 / 2 ** 52];
    for (const end of ends) assert.ok(Number.isFinite(gumbel({ uniform: () => end })));
  });
});

function given(
  candidates: readonly (DrawnCandidate & { readonly value: number })[],
): ValueCandidates {
  const values = new Map(candidates.map(({ token, value }) => [token, value]));
  return async (asked) =>
    asked.map(({ token }) => ({
      value: values.get(token)!,
      logMeanWeight: 0,
      rollouts: [],
    }));
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}
