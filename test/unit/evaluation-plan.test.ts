import assert from 'node:assert/strict';
import { planEvaluation, type EvaluationSettings } from '../../src/evaluation/run/plan.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';
import type { GenerationOptionsInput } from '../../src/protocol/options.ts';
import { evaluatedMethods, type EvaluatedMethod } from '../../src/protocol/evaluation.ts';

const setup: Setup = {
  ...{ id: 'one', title: 'One', policy: 'p', baseline: 'b', reward: 'r', rewardBaseline: 's' },
  ...{ transfer: 'indirect', methods: evaluatedMethods, promptSource: 'test' },
  prompts: [{ text: 'a', raw: false }],
  options: { alpha: 0.5, beta: 0.2, k: 3, rollout: 7, rollouts: 6 },
};

/** The options that the evaluation sends to the engine for each method. */
function optionsOf(change: Partial<EvaluationSettings> = {}) {
  const { computations } = planEvaluation({
    ...{ suite: 's', title: 'S', setups: [setup], maxTokens: 9, seed: 5, format: 'int8' },
    ...{ seeds: 1, bestOf: [2], choices: {}, ablation: null },
    ...change,
  });
  return new Map(computations.map(({ method, options }) => [method, options]));
}

type Sent = Partial<GenerationOptionsInput>;

describe('what an evaluation asks the engine for', () => {
  const tuned = { alpha: 0.5, k: 3 };
  const rolled = { ...tuned, rollout: 7, rollouts: 6 };
  const expected: readonly (readonly [EvaluatedMethod, Sent])[] = [
    ['sft', { method: 'sft' }],
    ['dpo', { method: 'dpo', baseline: 'b' }],
    ['args-sft', { method: 'args', argsPolicy: 'reference', ...tuned }],
    ['args-dpo', { method: 'args', argsPolicy: 'baseline', baseline: 'b', ...tuned }],
    ['cd', { method: 'cd', ...rolled }],
    ['dt', { method: 'dt', baseline: 'b', ...rolled }],
    [
      'tq-indirect',
      { method: 'tq-indirect', baseline: 'b', rewardBaseline: 's', beta: 0.2, ...rolled },
    ],
    ['bon', { method: 'bon', rollouts: 2 }],
    ['bon-dpo', { method: 'bon', argsPolicy: 'baseline', baseline: 'b', rollouts: 2 }],
  ];
  for (const [method, sent] of expected) {
    it(`names policies, rewards and strength of ${method}, and no others`, () => {
      const options = optionsOf().get(method)!;
      const shown = Object.fromEntries(
        ['method', 'argsPolicy', 'baseline', 'rewardBaseline', 'beta', 'alpha', 'k', 'rollout']
          .concat('rollouts')
          .flatMap((name) => {
            const value = (options as Readonly<Record<string, unknown>>)[name];
            return value === undefined ? [] : [[name, value]];
          }),
      );
      assert.deepEqual(shown, sent);
      const { policy, reward, maxTokens, seed, format } = options;
      assert.deepEqual([policy, reward, maxTokens, seed, format], ['p', 'r', 9, 5, 'int8']);
    });
  }

  it('prefers what the command line says to what the setup says', () => {
    const choices = { alpha: 2, beta: 3, k: 4, rollout: 5, rollouts: 8 };
    const { alpha, beta, k, rollout, rollouts } = optionsOf({ choices }).get('tq-indirect')!;
    assert.deepEqual({ alpha, beta, k, rollout, rollouts }, choices);
  });

  it('names no r_BL if it is implicit', () => {
    const implicit = { ...setup, rewardBaseline: null };
    const options = optionsOf({ setups: [implicit] }).get('tq-indirect')!;
    assert.equal(options.rewardBaseline, undefined);
    assert.equal(options.beta, 0.2);
  });
});
