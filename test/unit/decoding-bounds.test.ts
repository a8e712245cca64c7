import assert from 'node:assert/strict';
import fc from 'fast-check';
import { prepare } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import { indirectTransferQStar } from '../../src/decoding/methods/transfer-q-star.ts';
import type { DecodingPlan, DecodingRequest } from '../../src/decoding/plan.ts';
import { keyOf, type Estimate, type EstimateBounds } from '../../src/decoding/ranking.ts';
import type { Range } from '../../src/decoding/reward.ts';
import { softmax } from '../../src/decoding/softmax.ts';
import { logMeanWeight, weightsOf } from '../../src/decoding/value.ts';
import { indirectReferences } from '../../src/protocol/options.ts';
import {
  alignedTable,
  allResponses,
  END,
  endingTable,
  letters,
  randomScores,
  randomTable,
  TabularPolicy,
  TabularReward,
  type Table,
} from './tabular.ts';

const vocabulary = 3;
const ranges: readonly Range[] = [
  [0, 1],
  [-2, 0.5],
  [3, 3],
  [-1, 1e3],
];

interface Change {
  readonly target?: Range | undefined;
  /** Left out: the implicit reward. */
  readonly baseline?: TabularReward;
  readonly samePolicy?: boolean;
  readonly options?: Partial<DecodingOptionsInput>;
}

const reward = (id: string, range: Range | undefined) => new TabularReward(id, () => 0, range);

function planOf({ target, baseline, samePolicy = false, options }: Change): DecodingPlan {
  const policy = (id: string) => new TabularPolicy(id, vocabulary, randomTable(vocabulary, 1));
  const reference = policy('sft');
  const request: DecodingRequest = {
    prompt: { text: '', tokens: [1] },
    options: { method: 'tq-indirect', ...options },
    policies: { reference, baseline: samePolicy ? reference : policy('dpo') },
    rewards: { target: reward('target', target), baseline },
    decode: letters,
  };
  return prepare(request).plan;
}

const within = (value: number, low: number, high: number) => value >= low && value <= high;

/** Rewards of one to five rollouts, often at the ends of their ranges. */
const problems = fc
  .record({
    target: fc.constantFrom(...ranges),
    baseline: fc.constantFrom(...ranges),
    places: fc.array(fc.tuple(place(), place()), { minLength: 1, maxLength: 5 }),
    alpha: fc.constantFrom(0.05, 1 / 3, 1),
    beta: fc.constantFrom(0.01, 0.1, 1 / 3, 2),
    indirectReference: fc.constantFrom(...indirectReferences),
    logProb: fc.double({ min: -20, max: 0, noNaN: true }),
  })
  .map(({ places, ...problem }) => ({
    ...problem,
    rewards: places.map(([share]) => between(problem.target, share)),
    baselineRewards: places.map(([, share]) => between(problem.baseline, share)),
  }));

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

function place(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
}

function between([low, high]: Range, share: number): number {
  return Math.min(high, low + share * (high - low));
}

function boundsOf({ target, baseline, beta, indirectReference }: Problem): EstimateBounds {
  const options = { beta, indirectReference };
  return planOf({ target, baseline: reward('baseline', baseline), options }).bounds!;
}

const estimateOf = ({ rewards, baselineRewards, ...options }: Problem): Estimate =>
  indirectTransferQStar.estimate!.of(rewards, baselineRewards, options);

describe('the bounds of an indirect estimate', () => {
  it('hold for every estimate and its score, to the last bit', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { low, high } = boundsOf(problem);
        const estimate = estimateOf(problem);
        assert.ok(within(estimate.value, low.value, high.value));
        assert.ok(within(estimate.logMeanWeight, low.logMeanWeight, high.logMeanWeight));
        const candidate = { token: 1, logProb: problem.logProb, noise: 0.3 };
        const [least, key, most] = [low, estimate, high].map((each) =>
          keyOf(candidate, each, problem.alpha),
        );
        assert.ok(within(key!, least!, most!));
      }),
      { numRuns: 20_000, seed: 11 },
    );
  });

  it('are reached together, so that no joint bound is tighter', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { low, high } = boundsOf(problem);
        const { target, baseline, rewards } = problem;
        const all = (score: number) => rewards.map(() => score);
        const best = { rewards: all(target[1]), baselineRewards: all(baseline[0]) };
        const worst = { rewards: all(target[0]), baselineRewards: all(baseline[1]) };
        assert.deepEqual(estimateOf({ ...problem, ...best }), high);
        assert.deepEqual(estimateOf({ ...problem, ...worst }), low);
      }),
      { numRuns: 2000, seed: 12 },
    );
  });

  it('are those of r alone where the reference policy is pi_BL', () => {
    const options = { indirectReference: 'baseline' } as const;
    for (const baseline of [reward('baseline', [0, 9]), reward('baseline', undefined), undefined]) {
      const { bounds } = planOf({ target: [0, 1], options, ...(baseline && { baseline }) });
      assert.deepEqual(bounds, {
        low: { value: 0, logMeanWeight: 0 },
        high: { value: 1, logMeanWeight: 0 },
      });
    }
  });

  it('are missing if r or r_BL has no range, as the implicit reward of two policies', () => {
    assert.equal(planOf({ target: undefined, baseline: reward('b', [0, 1]) }).bounds, undefined);
    assert.equal(planOf({ target: [0, 1], baseline: reward('b', undefined) }).bounds, undefined);
    assert.equal(planOf({ target: [0, 1] }).bounds, undefined);
    const { bounds } = planOf({ target: [0, 1], samePolicy: true, options: { beta: 0.5 } });
    assert.deepEqual(bounds, {
      low: { value: 0, logMeanWeight: 0 },
      high: { value: 1, logMeanWeight: 2 },
    });
  });

  it('are refused if they overflow, with the options that are too small', () => {
    const wide: Range = [0, 1e300];
    const baseline = reward('baseline', [0, 1]);
    assert.throws(
      () => planOf({ target: wide, baseline, options: { alpha: 1e-10 } }),
      /^TqError: The option alpha 1e-10 or beta 0\.1 is too small to divide rewards in the range \[0, 1e\+300\] by; take a larger one\.$/u,
    );
    assert.throws(
      () => planOf({ target: wide, options: { method: 'tq', alpha: 1e-10 } }),
      /The option alpha 1e-10 is too small/u,
    );
  });
});

describe('the log of the mean weight', () => {
  it('is (r - r_BL)/beta for one rollout, and stays finite for any weights', () => {
    fc.assert(
      fc.property(problems, ({ rewards: [r], baselineRewards: [rBL], beta }) => {
        assert.equal(logMeanWeight([r!], [rBL!], beta), (r! - rBL!) / beta);
      }),
    );
    assert.equal(logMeanWeight([1e5, 0], [0, 0], 0.1), 1e6 - Math.log(2));
  });

  it('is the mean of the weights that weightsOf normalises', () => {
    fc.assert(
      fc.property(problems, ({ rewards, baselineRewards, beta }) => {
        const logMean = logMeanWeight(rewards, baselineRewards, beta);
        weightsOf(rewards, baselineRewards, beta).forEach((weight, i) => {
          const exponent = (rewards[i]! - baselineRewards[i]!) / beta;
          close(weight, Math.exp(exponent - logMean) / rewards.length);
        });
      }),
      { seed: 13 },
    );
  });

  it('makes pi_BL the token policy of rho_r of (15), for an enumeration of all responses', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(0.1, 0.5, 2), (seed, beta) => {
        const prompt = [1];
        const quarters: Table = (state) => {
          const best = randomTable(vocabulary, seed)(state);
          const largest = best.indexOf(Math.max(...best));
          return best.map((_, token) => Math.log(token === largest ? 0.5 : 0.25));
        };
        const baseline = endingTable(quarters, prompt.length, 3);
        const r = randomScores(vocabulary, seed + 1, [0, 1]);
        const rBL = randomScores(vocabulary, seed + 2, [0, 1]);
        const derived = alignedTable(baseline, prompt.length, (y) => r(y) - rBL(y), beta);
        const scores = baseline(prompt).map((logProb, z) => {
          // Every response as often as its probability in quarters of quarters says.
          const isWhole = (state: readonly number[]) =>
            state.length > prompt.length && state.at(-1) === END;
          const rollouts = [...allResponses(baseline, isWhole, [...prompt, z])].flatMap(
            ({ state, logProb: mass }) =>
              Array.from({ length: Math.round(16 * Math.exp(mass)) }, () => state.slice(1)),
          );
          return logProb + logMeanWeight(rollouts.map(r), rollouts.map(rBL), beta);
        });
        const expected = derived(prompt);
        softmax(scores).forEach((mass, z) => {
          close(mass, Math.exp(expected[z]!));
        });
      }),
      { numRuns: 200, seed: 14 },
    );
  });
});

function close(actual: number, expected: number): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}
