import assert from 'node:assert/strict';
import { join } from 'node:path';
import { CoherenceClaims } from '../../src/evaluation/metrics/coherence-claims.ts';
import { setupResults } from '../../src/evaluation/report/analysis.ts';
import { qualityTable } from '../../src/evaluation/report/text-tables.ts';
import { planEvaluation } from '../../src/evaluation/run/plan.ts';
import { builtInSuite } from '../../src/evaluation/suites/built-in.ts';
import { openSuite } from '../../src/evaluation/suites/open-suite.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';
import { measuredBy, settings, setup } from './evaluation-measured.ts';

const modelsFolder = join(import.meta.dirname, '../../models');
const embedding = join(modelsFolder, 'all-minilm-l6-v2');

describe('the plan of the evidence', () => {
  it('writes what is sampled with two seeds and what is greedy with one', () => {
    const { variants, computations } = planEvaluation(settings);
    const texts = variants.map(({ method, bestOf, keys }) => [method, bestOf, keys.length]);

    assert.deepEqual(texts, [
      ['sft', null, 4],
      ['dpo', null, 4],
      ['tq', null, 4],
      ['bon', 4, 8],
      ['bon-dpo', 4, 8],
      ['bon', 1, 8],
      ['bon-dpo', 1, 8],
    ]);
    const seeds = computations
      .filter(({ method, options }) => method === 'bon' && options.rollouts === 4)
      .map(({ promptIndex, options }) => [promptIndex, options.seed]);
    assert.deepEqual(seeds.slice(0, 4), [
      [0, 5],
      [0, 100_005],
      [1, 6],
      [1, 100_006],
    ]);
  });

  it('samples several rollouts a candidate with two seeds, too', () => {
    const indirect: Setup = { ...setup, transfer: 'indirect', methods: ['cd', 'args-sft'] };
    const { variants } = planEvaluation({ ...settings, setups: [indirect] });

    assert.deepEqual(
      variants.map(({ keys }) => keys.length),
      [8, 4],
    );
  });

  it('gives best-of-N of each policy its N, and the largest to the main comparison', () => {
    const { computations, variants } = planEvaluation(settings);
    const asked = new Set(
      computations.flatMap(({ method, options }) =>
        options.method === 'bon'
          ? [`${method} ${options.rollouts} ${options.argsPolicy} ${options.baseline}`]
          : [],
      ),
    );

    assert.deepEqual([...asked].sort(), [
      'bon 1 undefined undefined',
      'bon 4 undefined undefined',
      'bon-dpo 1 baseline b',
      'bon-dpo 4 baseline b',
    ]);
    assert.deepEqual(
      variants.filter(({ main, bestOf }) => main && bestOf).map(({ bestOf }) => bestOf),
      [4, 4],
    );
  });
});

describe('the suites of the evidence', () => {
  it('transfer to the sparse rewards from a baseline of the original one', () => {
    const { setups } = builtInSuite('synthetic-indirect', modelsFolder);

    assert.deepEqual(
      setups.map(({ reward, rewardBaseline, baseline, transfer }) => [
        reward,
        rewardBaseline,
        baseline,
        transfer,
      ]),
      [
        ['hh-sparse-a', 'hh-harmless', 'hh-dpo', 'indirect'],
        ['hh-sparse-a', null, 'hh-dpo', 'indirect'],
        ['hh-sparse-b', 'hh-harmless', 'hh-dpo', 'indirect'],
        ['hh-sparse-b', null, 'hh-dpo', 'indirect'],
      ],
    );
  });

  it('have the setting of the paper: 128 tokens, k 10, alpha 1, H 20, one greedy rollout', async () => {
    const open = await openSuite({
      suite: 'paper-setting',
      modelsFolder,
      n: 1,
      implicitBaselineReward: false,
    });

    assert.equal(open.maxTokens, 128);
    const { computations } = planEvaluation({ ...settings, setups: open.setups, seeds: 1 });
    const tq = computations.filter(({ method }) => method === 'tq');
    assert.equal(tq.length, 3);
    for (const { options } of tq) {
      const { k, alpha, rollout, rollouts, temperature } = options;
      assert.deepEqual([k, alpha, rollout, rollouts, temperature], [10, 1, 20, 1, undefined]);
    }
  });
});

describe('coherence', () => {
  const rewards = (
    reward: string,
    rewardBaseline: string | null = null,
    baseline = 'b',
  ): Setup => ({
    ...setup,
    ...{ reward, rewardBaseline, baseline },
  });

  it('is claimed only where no reward of the setup reads the embedding', async () => {
    const claims = await CoherenceClaims.read(embedding, modelsFolder);

    for (const [given, expected] of [
      [rewards('hh-harmless'), true],
      [rewards('hh-sparse-a', 'hh-harmless'), true],
      [rewards('readability:grade=6*0.5+formality'), true],
      [rewards('clear-writing:meaning=off'), true],
      [rewards('clear-writing'), false],
      [rewards('hh-harmless', 'warm-tone'), false],
      [rewards('hh-harmless', null, 'warm-dpo'), false],
      [rewards('formality+keeps-meaning*0.2'), false],
      [rewards('length+keeps-meaning>=0.8'), false],
    ] as const) {
      assert.equal(await claims.of(given), expected, `${given.reward} ${given.rewardBaseline}`);
    }
  });

  it('is claimed with an embedding that is in no shipped reward', async () => {
    const claims = await CoherenceClaims.read(join(modelsFolder, 'hh-dpo'), modelsFolder);

    assert.equal(await claims.of(rewards('clear-writing')), true);
  });

  it('is a dash with a sentence where it is not claimed', async () => {
    const table = qualityTable(setupResults(await measuredBy(() => 1), 1), 'minilm');
    const column = table.columns.findIndex(({ name }) => name === 'Coherence');

    assert.ok(table.rows.every((row) => row[column] === null));
    assert.match(table.notes.join(' '), /Coherence is not claimed for one: .*reads minilm itself/u);
  });
});
