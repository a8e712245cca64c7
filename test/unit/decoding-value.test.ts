import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { logSumExp, softmax } from '../../src/decoding/softmax.ts';
import { meanValue, selfNormalisedValue } from '../../src/decoding/value.ts';
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
const horizon = 3;
const prompt = [1];

/** Every response below `state`, with its log-probability given `state`. */
function responses(
  table: Table,
  start: readonly number[],
): { response: number[]; logProb: number }[] {
  const isWhole = (state: readonly number[]): boolean =>
    state.length > prompt.length && state.at(-1) === END;
  return [...allResponses(table, isWhole, start)].map(({ state, logProb }) => ({
    response: state.slice(prompt.length),
    logProb,
  }));
}

/** A reference policy of bounded length, a target and a baseline reward, and pi_BL by (7). */
function problem(seed: number, beta: number) {
  const reference = endingTable(randomTable(vocabulary, seed), prompt.length, horizon);
  const target = randomScores(vocabulary, seed + 1, [0, 1]);
  const baselineReward = randomScores(vocabulary, seed + 2, [0, 1]);
  const baseline = alignedTable(reference, prompt.length, baselineReward, beta);
  return { reference, target, baselineReward, baseline };
}

const seeds = fc.nat(1_000_000);
const betas = fc.constantFrom(0.1, 0.5, 2);

describe('indirect values', () => {
  it('equal the expectation under rho_r of (15) for an enumeration of all responses', () => {
    fc.assert(
      fc.property(seeds, betas, fc.integer({ min: 0, max: 2 }), (seed, beta, z) => {
        const { reference, target, baselineReward, baseline } = problem(seed, beta);
        const state = [...prompt, z];
        const sampled = responses(baseline, state);
        const value = selfNormalisedValue(
          sampled.map(({ response }) => target(response)),
          sampled.map(({ response }) => baselineReward(response)),
          beta,
          sampled.map(({ logProb }) => logProb),
        );
        const ideal = responses(reference, state);
        const masses = softmax(
          ideal.map(({ response, logProb }) => logProb + target(response) / beta),
        );
        const expected = ideal.reduce(
          (total, { response }, index) => total + masses[index]! * target(response),
          0,
        );
        close(value, expected);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('are the same with the implicit reward, which differs from r_BL by a constant', () => {
    fc.assert(
      fc.property(seeds, betas, (seed, beta) => {
        const { reference, target, baselineReward, baseline } = problem(seed, beta);
        const under = (table: Table) => responses(table, prompt);
        const baselineLogs = under(baseline);
        const referenceLogs = under(reference);
        const rewards = baselineLogs.map(({ response }) => target(response));
        const explicit = baselineLogs.map(({ response }) => baselineReward(response));
        const implicit = baselineLogs.map(
          ({ logProb }, index) => beta * (logProb - referenceLogs[index]!.logProb),
        );
        const constant = explicit[0]! - implicit[0]!;
        explicit.forEach((reward, index) => close(reward - implicit[index]!, constant));
        close(
          selfNormalisedValue(rewards, explicit, beta),
          selfNormalisedValue(rewards, implicit, beta),
        );
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('lead to the same tokens with the explicit and the implicit baseline reward', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, betas, async (seed, beta) => {
        const drawn = problem(seed, beta);
        const base = requestOf(drawn, beta, seed);
        const implicit = await collect(generate(base));
        const explicit = await collect(
          generate({
            ...base,
            rewards: {
              ...base.rewards,
              baseline: new TabularReward('baseline', drawn.baselineReward, [0, 1]),
            },
          }),
        );
        assert.deepEqual(implicit.result.ids, explicit.result.ids);
        implicit.events.forEach(({ candidates }, step) => {
          candidates.forEach(({ value }, index) => {
            close(value!, explicit.events[step]!.candidates[index]!.value!);
          });
        });
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('are the mean, as in dt and tq, if the baseline reward is the target reward', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, betas, async (seed, beta) => {
        const drawn = problem(seed, beta);
        const target = new TabularReward('target', drawn.target, [0, 1]);
        const rewards = { target, baseline: target };
        const base = { ...requestOf(drawn, beta, seed), rewards };
        const indirect = await collect(generate(base));
        for (const method of ['dt', 'tq'] as const) {
          const options = { ...base.options, method };
          const direct = await collect(generate({ ...base, options }));
          assert.deepEqual(direct.result.ids, indirect.result.ids);
          assert.equal(direct.result.reward, indirect.result.reward);
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  });

  it('never leave the range of the rewards through rounding', () => {
    const rewards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(rewards, betas, (some, beta) => {
        for (const value of [
          meanValue(some),
          selfNormalisedValue(some, some.map(Math.sin), beta),
        ]) {
          assert.ok(value >= Math.min(...some) && value <= Math.max(...some));
        }
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});

describe('the baseline policy derived from response-level alignment', () => {
  it('has masses that sum to 1 and follow (7)', () => {
    fc.assert(
      fc.property(seeds, betas, (seed, beta) => {
        const { reference, baselineReward, baseline } = problem(seed, beta);
        const tilted = responses(reference, prompt).map(
          ({ response, logProb }) => logProb + baselineReward(response) / beta,
        );
        const normaliser = logSumExp(tilted);
        const masses = responses(baseline, prompt).map(({ logProb }) => logProb);
        close(logSumExp(masses), 0);
        masses.forEach((logProb, index) => close(logProb, tilted[index]! - normaliser));
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});

function requestOf(
  { reference, baseline, target }: ReturnType<typeof problem>,
  beta: number,
  seed: number,
): DecodingRequest {
  return {
    prompt: { text: '', tokens: prompt },
    options: {
      method: 'tq-indirect',
      alpha: 0.3,
      beta,
      k: vocabulary,
      rollout: horizon + 1,
      rollouts: 4,
      maxTokens: horizon + 1,
      exhaustive: true,
      seed,
    },
    policies: {
      reference: new TabularPolicy('sft', vocabulary, reference),
      baseline: new TabularPolicy('dpo', vocabulary, baseline),
    },
    rewards: { target: new TabularReward('target', target, [0, 1]) },
    decode: letters,
  };
}

function close(actual: number, expected: number): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}
