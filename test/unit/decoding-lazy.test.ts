import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collect, generate } from '../../src/decoding/generate.ts';
import { indirectReferences, rolloutLaws, type MethodName } from '../../src/protocol/options.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { Range } from '../../src/decoding/reward.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

const valuedMethods: readonly MethodName[] = ['args', 'cd', 'dt', 'tq', 'tq-indirect'];

/** A random small decoding problem; `levels` makes ties of probabilities and rewards frequent. */
const problems = fc
  .record({
    seed: fc.nat(1_000_000),
    vocabulary: fc.integer({ min: 3, max: 6 }),
    method: fc.constantFrom(...valuedMethods),
    maxTokens: fc.integer({ min: 1, max: 5 }),
    rollout: fc.integer({ min: 1, max: 4 }),
    rollouts: fc.integer({ min: 1, max: 3 }),
    k: fc.integer({ min: 1, max: 6 }),
    alpha: fc.constantFrom<number[]>(0.05, 0.2, 1 / 3, 0.5, 1, 3),
    temperature: fc.constantFrom<number[]>(0, 0, 0.3, 1, 2),
    range: fc.constantFrom([0, 1] as const, [-1, 1] as const, [0, 0] as const, undefined),
    levels: fc.constantFrom(undefined, 2, 3),
    batch: fc.integer({ min: 1, max: 6 }),
    argsPolicy: fc.constantFrom('reference' as const, 'baseline' as const),
    explicit: fc.boolean(),
    baselineRange: fc.constantFrom<Range | undefined>([0, 1], [-2, 0.5], undefined),
    indirectReference: fc.constantFrom(...indirectReferences),
    rolloutLaw: fc.constantFrom(...rolloutLaws),
    samePolicy: fc.boolean(),
    shortcuts: fc.record({
      incrementalReward: fc.boolean(),
      bounds: fc.boolean(),
      carryOver: fc.boolean(),
      lookAhead: fc.boolean(),
      dedupe: fc.boolean(),
    }),
  })
  .map((problem) => ({ ...problem, k: Math.min(problem.k, problem.vocabulary) }));

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

function requestOf(problem: Problem, change: Partial<DecodingOptionsInput>): DecodingRequest {
  const { vocabulary, seed, levels } = problem;
  const reward = (id: string, offset: number, range: Range | undefined) =>
    new TabularReward(id, randomScores(vocabulary, seed + offset, range ?? [0, 1], levels), range);
  const policy = (id: string, offset: number) =>
    new TabularPolicy(id, vocabulary, randomTable(vocabulary, seed + offset, levels));
  const reference = policy('sft', 1);
  return {
    prompt: { text: '', tokens: [1, 2] },
    options: {
      method: problem.method,
      alpha: problem.alpha,
      beta: 0.5,
      k: problem.k,
      rollout: problem.rollout,
      rollouts: leastRollouts(problem) + problem.rollouts - 1,
      maxTokens: problem.maxTokens,
      temperature: problem.temperature,
      seed,
      argsPolicy: problem.argsPolicy,
      indirectReference: problem.indirectReference,
      rolloutLaw: problem.rolloutLaw,
      batch: problem.batch,
      shortcuts: problem.shortcuts,
      ...change,
    },
    policies: {
      reference,
      baseline: problem.samePolicy ? reference : policy('dpo', 2),
    },
    rewards: {
      target: reward('target', 3, problem.range),
      ...(problem.explicit && { baseline: reward('baseline', 4, problem.baselineRange) }),
    },
    decode: letters,
  };
}

/** Read as pi_BL, the weights of tq-indirect cancel with one rollout. */
function leastRollouts({ method, indirectReference }: Problem): number {
  return method === 'tq-indirect' && indirectReference === 'baseline' ? 2 : 1;
}

/** Whether bounds can prune: r has a range, and r_BL where the score has its mean weight. */
function isBounded(problem: Problem): boolean {
  const { method, indirectReference, range, explicit, baselineRange, samePolicy } = problem;
  if (range === undefined) return false;
  if (method !== 'tq-indirect' || indirectReference === 'baseline') return true;
  return explicit ? baselineRange !== undefined : samePolicy;
}

describe('shortcuts', () => {
  it('choose the tokens of Algorithm 1 in full, in every combination', async function () {
    this.timeout(60_000);
    const totals = { lazy: 0, full: 0, skipped: 0, steps: 0 };
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const lazy = await collect(generate(requestOf(problem, {})));
        const full = await collect(generate(requestOf(problem, { exhaustive: true })));
        assert.deepEqual(lazy.result.ids, full.result.ids);
        assert.equal(lazy.result.text, full.result.text);
        assert.equal(lazy.result.reward, full.result.reward);
        assert.equal(lazy.result.stop, full.result.stop);
        assert.equal(lazy.events.length, full.events.length);
        lazy.events.forEach((event, step) => {
          const other = full.events[step]!;
          assert.equal(event.text, other.text);
          event.candidates.forEach((candidate, index) => {
            const same = other.candidates[index]!;
            assert.equal(candidate.id, same.id);
            if (candidate.why === 'evaluated') assert.deepEqual(candidate, same);
            else assert.equal(candidate.value, null);
          });
        });
        const { stats } = lazy.result;
        assert.ok(stats.candidatesEvaluated <= full.result.stats.candidatesEvaluated);
        // Looked-ahead work is wasted if an alternative wins.
        if (!problem.shortcuts.lookAhead) {
          assert.ok(stats.policyPositions <= full.result.stats.policyPositions);
          assert.ok(stats.rewardPositions <= full.result.stats.rewardPositions);
        }
        assert.equal(stats.exhaustiveCandidates, full.result.stats.candidatesEvaluated);
        assert.ok(stats.exhaustivePositions >= full.result.stats.policyPositions);
        assert.ok(stats.exhaustiveRolloutTokens >= full.result.stats.rolloutTokens);
        assert.equal(stats.boundsUsed, problem.shortcuts.bounds && isBounded(problem));
        totals.lazy += stats.candidatesEvaluated;
        totals.full += full.result.stats.candidatesEvaluated;
        totals.skipped += stats.skippedSteps;
        totals.steps += stats.steps;
      }),
      { numRuns: 10_000, seed: 20_240_605 },
    );
    assert.ok(totals.lazy < 0.9 * totals.full, 'the shortcuts saved nothing');
    assert.ok(totals.skipped > 0.05 * totals.steps, 'no step was skipped');
  });

  it('carry over an ended rollout only along its own path', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (drawn) => {
        const problem: Problem = {
          ...drawn,
          vocabulary: 3,
          k: 3,
          method: 'tq',
          rollouts: 1,
          maxTokens: 8,
          rollout: 4,
          temperature: 2,
          range: [0, 1],
          alpha: drawn.batch / 3,
          shortcuts: { ...drawn.shortcuts, bounds: true, dedupe: true },
        };
        const lazy = await collect(generate(requestOf(problem, {})));
        const full = await collect(generate(requestOf(problem, { exhaustive: true })));
        assert.deepEqual(lazy.result.ids, full.result.ids);
        lazy.events.forEach(({ candidates }, step) => {
          candidates.forEach((candidate, index) => {
            if (candidate.why !== 'evaluated') return;
            assert.deepEqual(candidate, full.events[step]!.candidates[index]);
          });
        });
      }),
      { numRuns: 2000, seed: 4 },
    );
  });

  it('bound the KL of Algorithm 1, and have it where they value every candidate', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const lazy = (await collect(generate(requestOf(problem, {})))).result;
        const full = (await collect(generate(requestOf(problem, { exhaustive: true })))).result;
        const truth = full.kl!;
        assert.equal(truth.kind, 'exact');
        assert.ok(lazy.kl!.low <= truth.low + 1e-9 && truth.low <= lazy.kl!.high! + 1e-9);
        const { candidatesEvaluated, exhaustiveCandidates } = lazy.stats;
        if (candidatesEvaluated === exhaustiveCandidates) assert.deepEqual(lazy.kl, truth);
        assert.equal(lazy.referenceLogProb, full.referenceLogProb);
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  it('never skip or prune without a range if there are several candidates', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (drawn) => {
        const unbounded = isBounded(drawn) ? { ...drawn, range: undefined } : drawn;
        const problem = { ...unbounded, k: Math.max(2, drawn.k) };
        const { result } = await collect(generate(requestOf(problem, {})));
        assert.equal(result.stats.candidatesEvaluated, result.stats.exhaustiveCandidates);
        assert.equal(result.stats.skippedSteps, 0);
        assert.equal(result.stats.boundsUsed, false);
        assert.equal(result.kl!.kind, 'exact');
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('count exactly what Algorithm 1 costs when every value is known', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const off = {
          incrementalReward: false,
          bounds: false,
          carryOver: false,
          lookAhead: false,
          dedupe: false,
        };
        const { result } = await collect(generate(requestOf(problem, { shortcuts: off })));
        assert.equal(result.stats.exhaustivePositions, result.stats.policyPositions);
        assert.equal(result.stats.exhaustiveRolloutTokens, result.stats.rolloutTokens);
        assert.equal(result.stats.exhaustiveCandidates, result.stats.candidatesEvaluated);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('score a response once with dedupe, and no more often than without', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const scoredWith = async (dedupe: boolean) => {
          const request = requestOf(problem, { shortcuts: { ...problem.shortcuts, dedupe } });
          const { result } = await collect(generate(request));
          return result.stats.responsesScored;
        };
        assert.ok((await scoredWith(true)) <= (await scoredWith(false)));
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});

describe('sampling with one Gumbel number per candidate', () => {
  for (const exhaustive of [false, true]) {
    const how = exhaustive ? 'Algorithm 1 in full' : 'the shortcuts';
    it(`draws from the softmax of score/temperature, with ${how}`, async () => {
      const draws = 4000;
      const temperature = 0.7;
      const counts = new Map<number, number>();
      const problem = fixedProblem(temperature);
      for (let seed = 0; seed < draws; seed += 1) {
        const { result } = await collect(generate(requestOf(problem, { seed, exhaustive })));
        const id = result.ids[0]!;
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      const { events } = await collect(generate(requestOf(problem, { exhaustive: true })));
      const weights = events[0]!.candidates.map(({ id, score }) => ({
        id,
        weight: Math.exp(score! / temperature),
      }));
      const sum = weights.reduce((total, { weight }) => total + weight, 0);
      const chiSquare = weights.reduce((total, { id, weight }) => {
        const expected = (draws * weight) / sum;
        return total + ((counts.get(id) ?? 0) - expected) ** 2 / expected;
      }, 0);
      // The 99.9% point of the chi-square distribution with 4 degrees of freedom.
      assert.ok(chiSquare < 18.47, `chi-square ${chiSquare}`);
    });
  }

  function fixedProblem(temperature: number): Problem {
    return {
      seed: 11,
      vocabulary: 5,
      method: 'tq',
      maxTokens: 1,
      rollout: 3,
      rollouts: 1,
      k: 5,
      alpha: 0.6,
      temperature,
      range: [0, 1],
      levels: undefined,
      batch: 2,
      argsPolicy: 'reference',
      explicit: false,
      baselineRange: undefined,
      indirectReference: 'derived',
      rolloutLaw: 'independent',
      samePolicy: false,
      shortcuts: {
        incrementalReward: true,
        bounds: true,
        carryOver: true,
        lookAhead: true,
        dedupe: true,
      },
    };
  }
});
