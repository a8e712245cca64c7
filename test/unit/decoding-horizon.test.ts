import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

const problems = fc.record({
  seed: fc.nat(1_000_000),
  vocabulary: fc.integer({ min: 3, max: 6 }),
  maxTokens: fc.integer({ min: 1, max: 5 }),
  alpha: fc.constantFrom(0.05, 0.2, 1, 3),
  exhaustive: fc.boolean(),
});

type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

function requestOf(
  { seed, vocabulary, maxTokens, alpha, exhaustive }: Problem,
  options: DecodingOptionsInput,
): DecodingRequest {
  const policy = new TabularPolicy('dpo', vocabulary, randomTable(vocabulary, seed));
  const target = new TabularReward('target', randomScores(vocabulary, seed + 1, [0, 1]), [0, 1]);
  return {
    prompt: { text: '', tokens: [1, 2] },
    options: { k: vocabulary, maxTokens, alpha, exhaustive, seed, ...options },
    policies: { reference: policy, baseline: policy },
    rewards: { target },
    decode: letters,
  };
}

describe('rollouts to the end of a response', () => {
  it('never let greedy TQ* write a text with a smaller reward than the baseline', async () => {
    let better = 0;
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const { maxTokens: rollout } = problem;
        const aligned = await collect(generate(requestOf(problem, { method: 'tq', rollout })));
        const baseline = await collect(generate(requestOf(problem, { method: 'dpo' })));
        assert.ok(aligned.result.reward! >= baseline.result.reward!);
        if (aligned.result.reward! > baseline.result.reward!) better += 1;
      }),
      { numRuns: 500, seed: 7 },
    );
    assert.ok(better > 100, `only ${better} of 500 texts have a larger reward`);
  });

  it('never exceed the length of the response, so a longer H changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const [whole, longer] = await Promise.all(
          [problem.maxTokens, problem.maxTokens + 3].map((rollout) =>
            collect(generate(requestOf(problem, { method: 'tq', rollout }))),
          ),
        );
        assert.deepEqual(whole!.result.ids, longer!.result.ids);
        for (const count of ['rolloutTokens', 'policyPositions', 'exhaustivePositions'] as const) {
          assert.equal(longer!.result.stats[count], whole!.result.stats[count], count);
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});
