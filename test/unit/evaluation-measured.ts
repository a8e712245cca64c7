import { measure, type Measured } from '../../src/evaluation/metrics/measure.ts';
import { planEvaluation, type EvaluationSettings } from '../../src/evaluation/run/plan.ts';
import type { Response } from '../../src/evaluation/run/response.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';

/** A setup with prompts of every group. */
export const setup: Setup = {
  id: 'one',
  title: 'One',
  policy: 'p',
  baseline: 'b',
  reward: 'length',
  rewardBaseline: null,
  transfer: 'direct',
  methods: ['sft', 'dpo', 'tq', 'bon', 'bon-dpo'],
  prompts: [
    { text: 'a', raw: false },
    { text: 'b', raw: false, draft: 'two words' },
    { text: 'c', raw: false, draft: 'word '.repeat(40) },
    { text: 'd', raw: false, draft: 'word '.repeat(90) },
  ],
  promptSource: 'test',
  options: {},
};
/** Settings with two seeds and two N. */
export const settings: EvaluationSettings = {
  suite: 's',
  title: 'S',
  setups: [setup],
  maxTokens: 4,
  seed: 5,
  seeds: 2,
  format: 'int8',
  bestOf: [1, 4],
  choices: {},
  ablation: null,
};

/** Measurements of responses whose rewards the test gives by method, N and place. */
export async function measuredBy(
  reward: (method: string, n: number, place: number) => number,
  given: EvaluationSettings = settings,
): Promise<Measured[]> {
  const { variants } = planEvaluation(given);
  const measured: Measured[] = [];
  for (const variant of variants) {
    const { method, bestOf, keys } = variant;
    const responses = keys.map((key, place): [string, Response] => [
      key,
      response(key, reward(method, bestOf ?? 0, place), method),
    ]);
    measured.push(await measure(variant, new Map(responses), undefined));
  }
  return measured;
}

function response(key: string, reward: number, method: string): Response {
  const counts = { skippedSteps: 0, candidatesEvaluated: 0, rolloutTokens: 0, rewardPositions: 0 };
  return {
    key,
    kind: method,
    text: `text ${key}`,
    stop: 'eos',
    tokens: 4,
    reward,
    kl:
      method === 'bon-dpo'
        ? null
        : { kind: 'exact', low: reward, high: reward, of: 'softmax-policy', path: 'greedy' },
    referenceLogProb: -reward,
    stats: {
      ...counts,
      steps: 4,
      policyPositions: 8,
      exhaustivePositions: 8,
      boundsUsed: false,
      firstTokenMs: 1,
      wallMs: 1,
      tokensPerSecond: 1,
    },
  };
}
