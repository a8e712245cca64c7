import assert from 'node:assert/strict';
import { judgeAll } from '../../src/evaluation/judge/contests.ts';
import { noUsage, type Judge } from '../../src/evaluation/judge/judge.ts';
import { RewardJudge } from '../../src/evaluation/judge/reward-judge.ts';
import { measure, type Measured } from '../../src/evaluation/metrics/measure.ts';
import { setupResults, type SetupResult } from '../../src/evaluation/report/analysis.ts';
import { rewardTable } from '../../src/evaluation/report/reward-tables.ts';
import { isEstimate, type Table } from '../../src/evaluation/report/table.ts';
import { winTieTable } from '../../src/evaluation/report/win-tie-table.ts';
import { planEvaluation, type EvaluationSettings } from '../../src/evaluation/run/plan.ts';
import type { EvaluationProgress } from '../../src/evaluation/run/progress.ts';
import type { Response } from '../../src/evaluation/run/response.ts';
import type { Scores } from '../../src/evaluation/run/score-texts.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';
import type { EvaluatedMethod } from '../../src/protocol/evaluation.ts';
import type { GenerationOptionsInput } from '../../src/protocol/options.ts';

const never = new AbortController().signal;
const silent = {
  stage: () => undefined,
  update: () => undefined,
  end: () => undefined,
} as unknown as EvaluationProgress;

const prompts = ['north', 'east', 'south'].map((text) => ({ text, raw: false }));

const direct = {
  id: 'one',
  title: 'One',
  policy: 'the-sft',
  baseline: 'the-dpo',
  reward: 'the-target',
  rewardBaseline: null,
  transfer: 'direct',
  methods: ['sft', 'dpo', 'args-sft', 'args-dpo', 'cd', 'tq', 'bon'],
  prompts,
  promptSource: 'test',
  options: { alpha: 0.25, k: 7, rollout: 11, rollouts: 3 },
} as unknown as Setup;

const indirect: Setup = {
  ...direct,
  id: 'two',
  transfer: 'indirect',
  rewardBaseline: 'the-other',
  methods: ['sft', 'dpo', 'dt', 'tq-indirect'],
};

/** The responses of some methods: their rewards and texts, one for each prompt. */
function resultOf(
  setup: Setup,
  given: Readonly<
    Partial<Record<EvaluatedMethod, { readonly rewards: number[]; readonly texts?: string[] }>>
  >,
): SetupResult {
  const measured = Object.entries(given).map(([method, { rewards, texts }]) => ({
    variant: { setup, method, alpha: null, k: null, main: true, ablated: false, keys: [] },
    responses: rewards.map((_, index) => ({ text: texts?.[index] ?? method, stop: 'eos' })),
    rewards,
  })) as unknown as Measured[];
  return setupResults(measured, 1)[0]!;
}

/** Values of a table's column, without intervals. */
function column({ columns, rows }: Table, name: string): unknown[] {
  const index = columns.findIndex((each) => each.name === name);
  assert.ok(index >= 0, `no column ${name}`);
  return rows.map((row) => {
    const cell = row[index]!;
    return isEstimate(cell) ? cell.value : cell;
  });
}

describe('the contests of a judge', () => {
  /** Prefers longer texts. */
  const judge: Judge = {
    name: 'length',
    decide: async ({ first, second }) => ({
      outcome:
        first.length > second.length ? 'win' : first.length === second.length ? 'tie' : 'loss',
      unreadable: 0,
      asked: 0,
      remembered: 0,
      usage: noUsage,
    }),
  };
  const results = [
    resultOf(direct, {
      dpo: { rewards: [0, 0, 0], texts: ['bb', 'bb', 'bb'] },
      tq: { rewards: [0, 0, 0], texts: ['ccc', 'cc', 'ccc'] },
      sft: { rewards: [0, 0, 0], texts: ['dddd', 'dddd', 'd'] },
    }),
  ];

  it('count wins for the TQ* of the setup, not for the other method', async () => {
    const { tallies } = await judgeAll(judge, results, silent, never);

    assert.deepEqual(
      tallies.map(({ own, other, outcomes, winTies }) => ({ own, other, ...outcomes, winTies })),
      [
        { own: 'tq', other: 'dpo', win: 2, tie: 1, loss: 0, unreadable: 0, winTies: [1, 1, 1] },
        { own: 'tq', other: 'sft', win: 1, tie: 0, loss: 2, unreadable: 0, winTies: [0, 0, 1] },
      ],
    );
  });

  it('pair the texts of the same prompt and give the judge that prompt', async () => {
    const seen: string[] = [];
    const watching: Judge = {
      ...judge,
      decide: (contest, signal) => {
        seen.push(`${contest.prompt.text}: ${contest.first} ${contest.second}`);
        return judge.decide(contest, signal);
      },
    };
    await judgeAll(watching, results, silent, never);

    assert.deepEqual(seen, [
      'north: ccc bb',
      'east: cc bb',
      'south: ccc bb',
      'north: ccc dddd',
      'east: cc dddd',
      'south: ccc d',
    ]);
  });

  it('make win-tie rates of wins and ties over readable contests', async () => {
    const replies = ['win', 'unreadable', 'loss', 'tie', 'tie', 'win'] as const;
    let next = 0;
    const scripted: Judge = {
      ...judge,
      decide: async (contest, signal) => ({
        ...(await judge.decide(contest, signal)),
        outcome: replies[next++]!,
      }),
    };
    const table = winTieTable(await judgeAll(scripted, results, silent, never), 1);

    assert.deepEqual(column(table, 'Win-tie %'), [50, 100]);
    assert.deepEqual(column(table, 'Wins'), [1, 1]);
    assert.deepEqual(column(table, 'Ties'), [0, 2]);
    assert.deepEqual(column(table, 'Losses'), [1, 0]);
    assert.deepEqual(column(table, 'Unreadable'), [1, 0]);
  });

  it('are won by the text with the larger score if a reward is the judge', async () => {
    const scores = {
      add: async () => undefined,
      of: ({ text }: { readonly text: string }) => text.length,
    } as unknown as Scores;
    const judge = new RewardJudge('r', 'int8', scores);
    const { tallies } = await judgeAll(judge, results, silent, never);

    assert.deepEqual(
      tallies.map(({ outcomes }) => [outcomes.win, outcomes.tie, outcomes.loss]),
      [
        [2, 1, 0],
        [1, 0, 2],
      ],
    );
  });
});

describe('the reward tables', () => {
  const results = [
    resultOf(direct, {
      sft: { rewards: [0.1, 0.2, 0.3] },
      dpo: { rewards: [0.4, 0.5, 0.6] },
      tq: { rewards: [0.5, 1, 0.9] },
    }),
  ];

  it('normalise by the mean of dpo: a better method has more than 1', () => {
    const table = rewardTable(results);

    assert.deepEqual(column(table, 'Method'), ['sft', 'dpo', 'tq']);
    closeAll(column(table, 'Reward'), [0.2, 0.5, 0.8]);
    closeAll(column(table, 'Normalised'), [0.4, 1, 1.6]);
    closeAll(column(table, 'Less dpo'), [-0.3, null, 0.3]);
    closeAll(column(table, 'Less sft'), [null, 0.3, 0.6]);
  });
});

describe('the measures of a variant', () => {
  it('compare the embedding of each response with that of its own prompt', async () => {
    const vectors: Readonly<Record<string, readonly number[]>> = {
      north: [0, 1],
      east: [1, 0],
      south: [0, -1],
      up: [0.6, 0.8],
      right: [0.8, 0.6],
      ' ': [-0.6, 0.8],
    };
    const texts = ['up', 'right', ''];
    const keys = texts.map((_, index) => `key ${index}`);
    const responses = new Map(
      texts.map((text, index) => [keys[index]!, { key: keys[index]!, text, reward: index }]),
    ) as unknown as Map<string, Response>;
    const embedder = {
      embed: async (text: string) => ({ vector: Float32Array.from(vectors[text]!), positions: 1 }),
    };
    const variant = { setup: direct, method: 'tq', keys } as unknown as Measured['variant'];
    const { coherences, rewards } = await measure(variant, responses, embedder);

    closeAll(coherences, [0.8, 0.8, -0.8], 1e-6);
    assert.deepEqual(rewards, [0, 1, 2]);
  });
});

describe('the options of each method', () => {
  const settings = {
    suite: 's',
    title: 'S',
    setups: [direct],
    maxTokens: 32,
    seed: 5,
    seeds: 1,
    format: 'int8',
    bestOf: [6],
    choices: {},
    ablation: null,
  } as unknown as EvaluationSettings;
  const optionsOf = (setup: Setup, change: Partial<EvaluationSettings> = {}) => {
    const { computations } = planEvaluation({ ...settings, setups: [setup], ...change });
    const first = computations.filter(({ promptIndex }) => promptIndex === 0);
    return new Map(first.map(({ method, options }) => [method, options]));
  };

  it('name the policies that the method decodes, ARGS-DPO the baseline', () => {
    const options = optionsOf(direct);
    const read = ({ method, policy, baseline, argsPolicy }: GenerationOptionsInput) => [
      method,
      policy,
      baseline ?? null,
      argsPolicy ?? null,
    ];

    assert.deepEqual(read(options.get('sft')!), ['sft', 'the-sft', null, null]);
    assert.deepEqual(read(options.get('dpo')!), ['dpo', 'the-sft', 'the-dpo', null]);
    assert.deepEqual(read(options.get('args-sft')!), ['args', 'the-sft', null, 'reference']);
    assert.deepEqual(read(options.get('args-dpo')!), ['args', 'the-sft', 'the-dpo', 'baseline']);
    assert.deepEqual(read(options.get('cd')!), ['cd', 'the-sft', null, null]);
    assert.deepEqual(read(options.get('tq')!), ['tq', 'the-sft', 'the-dpo', null]);
  });

  it('give r_BL and beta to indirect TQ* and to no other method', () => {
    const options = optionsOf(indirect, { choices: { beta: 0.7 } });

    for (const [method, { reward, rewardBaseline, beta }] of options) {
      const own = method === 'tq-indirect';
      assert.equal(reward, 'the-target', method);
      assert.equal(rewardBaseline, own ? 'the-other' : undefined, method);
      assert.equal(beta, own ? 0.7 : undefined, method);
    }
  });

  it('leave r_BL out for the implicit one', () => {
    const options = optionsOf({ ...indirect, rewardBaseline: null });

    assert.equal(options.get('tq-indirect')!.rewardBaseline, undefined);
  });

  it('pass H, n, alpha and k of the setup to the methods that use them, and N to best-of-N', () => {
    const options = optionsOf(direct);
    const read = ({ rollout, rollouts, alpha, k, maxTokens }: GenerationOptionsInput) => [
      rollout ?? null,
      rollouts ?? null,
      alpha ?? null,
      k ?? null,
      maxTokens ?? null,
    ];

    for (const method of ['cd', 'tq'] as const) {
      assert.deepEqual(read(options.get(method)!), [11, 3, 0.25, 7, 32]);
    }
    for (const method of ['args-sft', 'args-dpo'] as const) {
      assert.deepEqual(read(options.get(method)!), [null, null, 0.25, 7, 32]);
    }
    for (const method of ['sft', 'dpo'] as const) {
      assert.deepEqual(read(options.get(method)!), [null, null, null, null, 32]);
    }
    assert.deepEqual([options.get('bon')!.rollouts].flat(), [6]);
  });

  it('prefer H, n, alpha, k and beta of the command line to those of the setup', () => {
    const choices = { rollout: 2, rollouts: 4, alpha: 0.5, k: 3, beta: 0.9 };
    const { rollout, rollouts, alpha, k } = optionsOf(direct, { choices }).get('tq')!;

    assert.deepEqual([rollout, rollouts, alpha, k], [2, 4, 0.5, 3]);
  });
});

function closeAll(
  actual: readonly unknown[] | null,
  expected: readonly unknown[],
  tolerance = 1e-9,
): void {
  assert.ok(actual !== null);
  assert.equal(actual.length, expected.length);
  for (const [index, each] of actual.entries()) {
    const wanted = expected[index];
    if (typeof each !== 'number' || typeof wanted !== 'number') assert.equal(each, wanted);
    else assert.ok(Math.abs(each - wanted) <= tolerance, `${each} is not ${wanted}`);
  }
}
