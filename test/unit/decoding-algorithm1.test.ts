import assert from 'node:assert/strict';
import fc from 'fast-check';
import { algorithm1, scoreCandidates, type Algorithm1 } from '../../src/decoding/algorithm1.ts';
import { collect, generate } from '../../src/decoding/generate.ts';
import { indirectReferences, rolloutLaws } from '../../src/protocol/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import type { Range } from '../../src/decoding/reward.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

const beta = 0.5;

/** A small decoding problem; `levels` makes ties of probabilities and rewards frequent. */
const problems = fc
  .record({
    seed: fc.nat(1_000_000),
    vocabulary: fc.integer({ min: 3, max: 6 }),
    maxTokens: fc.integer({ min: 1, max: 5 }),
    rollout: fc.integer({ min: 1, max: 4 }),
    rollouts: fc.integer({ min: 1, max: 3 }),
    k: fc.integer({ min: 1, max: 6 }),
    alpha: fc.constantFrom(0.05, 0.2, 1 / 3, 0.5, 1, 3),
    temperature: fc.constantFrom(0, 0, 0.3, 1, 2),
    range: fc.constantFrom<Range[]>([0, 1], [-1, 1]),
    levels: fc.constantFrom(undefined, 2, 3),
    batch: fc.integer({ min: 1, max: 6 }),
    transfer: fc.constantFrom<('direct' | 'reward' | 'implicit')[]>('direct', 'reward', 'implicit'),
    exhaustive: fc.boolean(),
    reference: fc.constantFrom(...indirectReferences),
    rolloutLaw: fc.constantFrom(...rolloutLaws),
  })
  .map((problem) => ({
    ...problem,
    k: Math.min(problem.k, problem.vocabulary),
    // Read as pi_BL, tq-indirect needs two.
    rollouts:
      problem.transfer === 'direct' || problem.reference === 'derived'
        ? problem.rollouts
        : problem.rollouts + 1,
  }));

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

const prompt = { text: '', tokens: [1, 2] };

/** One problem as input of the oracle and as a request. */
function both(problem: Problem): { oracle: Algorithm1; request: DecodingRequest } {
  const { seed, vocabulary, levels, range, transfer, batch, exhaustive } = problem;
  const { reference: indirectReference, maxTokens, rollout, rollouts, rolloutLaw, k } = problem;
  const { alpha, temperature } = problem;
  const options = { maxTokens, rollout, rollouts, rolloutLaw, k, alpha, temperature };
  const policy = (id: string, offset: number) =>
    new TabularPolicy(id, vocabulary, randomTable(vocabulary, seed + offset, levels));
  const reward = (id: string, offset: number) =>
    new TabularReward(id, randomScores(vocabulary, seed + offset, range, levels), range);
  const [reference, baseline] = [policy('sft', 1), policy('dpo', 2)];
  const [target, rewardBaseline] = [reward('target', 3), reward('baseline', 4)];
  const from = transfer === 'reward' ? rewardBaseline : reference;
  const indirect =
    transfer === 'direct' ? {} : { indirect: { beta, from, reference: indirectReference } };
  return {
    oracle: {
      ...{ prompt, policy: baseline, reward: target, decode: letters, seed },
      ...options,
      ...indirect,
    },
    request: {
      prompt,
      options: {
        method: transfer === 'direct' ? 'tq' : 'tq-indirect',
        ...{ beta, seed, batch, exhaustive, indirectReference },
        ...options,
      },
      policies: { reference, baseline },
      rewards: { target, ...(transfer === 'reward' && { baseline: rewardBaseline }) },
      decode: letters,
    },
  };
}

/** Tolerance for equal scores: the order of a sum changes its last bits. */
const tie = 1e-9;

/**
 * Asserts that each chosen token maximises the oracle's score in its state; counts those without a
 * tie.
 */
async function assertMaximises(oracle: Algorithm1, ids: readonly number[]): Promise<number> {
  let unique = 0;
  for (const [t, z] of ids.entries()) {
    const scored = await scoreCandidates(oracle, ids.slice(0, t));
    const best = Math.max(...scored.map(([, score]) => score));
    const own = scored.find(([token]) => token === z);
    assert.ok(own !== undefined && own[1] >= best - tie, `step ${t}: ${z} of ${String(scored)}`);
    if (scored.filter(([, score]) => score >= best - tie).length === 1) unique += 1;
  }
  return unique;
}

describe('decoding, compared with Algorithm 1 of the paper', () => {
  it('chooses the tokens of Algorithm 1: all transfers, both readings, both laws', async function () {
    this.timeout(60_000);
    let [tokens, unique] = [0, 0];
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const { oracle, request } = both(problem);
        const { result } = await collect(generate(request));
        tokens += result.ids.length;
        unique += await assertMaximises(oracle, result.ids);
      }),
      { numRuns: 3_000, seed: 20_261_127 },
    );
    assert.ok(unique > 0.7 * tokens, `only ${unique} of ${tokens} choices had no tie`);
  });

  it('writes exactly the tokens of Algorithm 1 if no scores tie', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (drawn) => {
        const { oracle, request } = both({ ...drawn, levels: undefined });
        const written: number[] = [];
        for await (const z of algorithm1(oracle)) written.push(z);
        const { result } = await collect(generate(request));
        assert.deepEqual(result.ids, written);
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });

  it('finds a reward that greedy decoding misses, with a small alpha and a long rollout', async () => {
    // Token 1 is likelier at first, but only token 2 leads to a reward.
    const table = (state: readonly number[]) =>
      (state.length === 2 ? [0.02, 0.58, 0.4] : [0.5, 0.3, 0.2]).map(Math.log);
    const reward = new TabularReward('two', ([first]) => (first === 2 ? 1 : 0), [0, 1]);
    const given: Algorithm1 = {
      ...{ prompt, policy: new TabularPolicy('p', 3, table), reward, decode: letters },
      ...{
        k: 3,
        rollout: 2,
        rollouts: 1,
        rolloutLaw: 'independent',
        maxTokens: 3,
        temperature: 0,
        seed: 0,
      },
      alpha: 0.1,
    };
    const first = async (alpha: number) =>
      (await algorithm1({ ...given, alpha }).next()).value as number;
    assert.equal(await first(0.1), 2);
    assert.equal(await first(100), 1);
  });
});
