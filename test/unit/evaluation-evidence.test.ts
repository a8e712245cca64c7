import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CoherenceClaims } from '../../src/evaluation/metrics/coherence-claims.ts';
import { holm, signFlipTest, signTest } from '../../src/evaluation/metrics/significance.ts';
import { measure, type Measured } from '../../src/evaluation/metrics/measure.ts';
import { setupResults } from '../../src/evaluation/report/analysis.ts';
import { comparisonTable } from '../../src/evaluation/report/comparison-table.ts';
import { equalTermsTable, rewardAt } from '../../src/evaluation/report/equal-terms-table.ts';
import { examplesTable } from '../../src/evaluation/report/examples-table.ts';
import { costFigure, frontierFigure } from '../../src/evaluation/report/frontier-figures.ts';
import { draftTable, seedTable } from '../../src/evaluation/report/prompt-tables.ts';
import { textsFile } from '../../src/evaluation/report/texts-file.ts';
import { ablationTable, qualityTable } from '../../src/evaluation/report/text-tables.ts';
import { planEvaluation, type EvaluationSettings } from '../../src/evaluation/run/plan.ts';
import type { Response } from '../../src/evaluation/run/response.ts';
import { builtInSuite } from '../../src/evaluation/suites/built-in.ts';
import { openSuite } from '../../src/evaluation/suites/open-suite.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';

const modelsFolder = join(import.meta.dirname, '../../models');
const embedding = join(modelsFolder, 'all-minilm-l6-v2');

const setup: Setup = {
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
const settings: EvaluationSettings = {
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
async function measuredBy(
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
    kl: method === 'bon-dpo' ? null : reward,
    klExact: false,
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

describe('p values', () => {
  it('of the sign test equal worked numbers', () => {
    // 2 (1 + 12 + 66) / 2^12 for 10 wins and 2 losses; 2 / 2^5 for 5 and 0.
    assert.ok(Math.abs(signTest(10, 2) - 158 / 4096) < 1e-12);
    assert.ok(Math.abs(signTest(2, 10) - 158 / 4096) < 1e-12);
    assert.ok(Math.abs(signTest(5, 0) - 2 / 32) < 1e-12);
    assert.deepEqual([signTest(0, 0), signTest(3, 3), signTest(1, 0)], [1, 1, 1]);
  });

  it('of the sign-flip test approach the enumeration of all flips', () => {
    // All 32 signs of 1, 2, 3, 4 and 1, counted.
    const sums = Array.from({ length: 32 }, (_, bits) =>
      [1, 2, 3, 4, 1].reduce((sum, each, place) => sum + (bits & (1 << place) ? each : -each), 0),
    );
    const exact = sums.filter((sum) => Math.abs(sum) >= 9).length / 32;

    assert.ok(Math.abs(signFlipTest([1, 2, 3, 4, -1], 1) - exact) < 0.015);
    assert.equal(signFlipTest([0, 0, 0], 1), 1);
    assert.ok(signFlipTest(Array<number>(40).fill(0.1), 1) < 0.0002);
  });

  it('do not depend on the sign or the scale of the differences', () => {
    const differences = [0.3, -0.1, 0.25, 0.4, -0.02, 0.11];
    const p = signFlipTest(differences, 3);

    assert.equal(
      signFlipTest(
        differences.map((each) => -1000 * each),
        3,
      ),
      p,
    );
  });

  it('are corrected as Holm does', () => {
    // Sorted 0.01, 0.02, 0.03, 0.04: 4 * 0.01, then 3 * 0.02, then 2 * 0.03, then at least that.
    assert.deepEqual(
      holm([0.03, 0.01, 0.04, 0.02]).map((p) => p.toFixed(4)),
      ['0.0600', '0.0400', '0.0600', '0.0600'],
    );
    assert.deepEqual(holm([0.5, 0.9]), [1, 1]);
    assert.deepEqual(holm([]), []);
  });

  it('corrected by Holm keep their order and lie between p and Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (values) => {
        const adjusted = holm(values);
        for (const [i, p] of values.entries()) {
          assert.ok(adjusted[i]! >= p && adjusted[i]! <= Math.min(1, values.length * p) + 1e-12);
          for (const [j, other] of values.entries()) {
            if (p < other) assert.ok(adjusted[i]! <= adjusted[j]!);
          }
        }
      }),
    );
  });
});

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

describe('the tables of the evidence', () => {
  it('average the seeds of a prompt and show each seed', async () => {
    const measured = await measuredBy((method, n, place) => (method === 'bon' ? n * place : 0));
    const results = setupResults(measured, 1);
    const bon = results[0]!.main.find(({ variant }) => variant.method === 'bon')!;

    assert.deepEqual(bon.rewards, [8, 12, 16, 20]);
    const seeds = seedTable(results).rows.filter(([, method, n]) => method === 'bon' && n === 4);
    assert.deepEqual(
      seeds.map(([, , , seed, reward]) => [seed, (reward as { value: number }).value]),
      [
        [1, 6],
        [2, 22],
      ],
    );
  });

  it('call a difference certain only if it is after the correction', async () => {
    const many: Setup = {
      ...setup,
      methods: ['sft', 'dpo', 'tq'],
      prompts: Array.from({ length: 6 }, (_, index) => ({ text: `p${index}`, raw: false })),
    };
    // Six prompts: the smallest p is 2/64, below 0.05 alone and above it for three comparisons.
    const results = setupResults(
      await measuredBy((method) => (method === 'tq' ? 1 : 0), { ...settings, setups: [many] }),
      1,
    );
    const { rows } = comparisonTable(results, 1);
    const [claim, , p, corrected, verdict] = rows[0]!.slice(1);

    assert.equal(claim, 'tq > sft');
    assert.ok((p as number) < 0.05 && (corrected as number) > 0.05);
    assert.equal(verdict, 'not certain');
    const twelve = {
      ...many,
      prompts: [...many.prompts, ...many.prompts.map((q) => ({ ...q, text: `${q.text}b` }))],
    };
    const more = setupResults(
      await measuredBy((method) => (method === 'tq' ? 1 : 0), { ...settings, setups: [twelve] }),
      1,
    );
    assert.deepEqual(
      comparisonTable(more, 1).rows.map((row) => row[5]),
      ['higher', 'higher', 'not certain'],
    );
  });

  it('group the prompts by the length of their draft', async () => {
    const { rows } = draftTable(
      setupResults(await measuredBy((method, _, place) => (method === 'tq' ? place : 0)), 1),
      1,
    );

    assert.deepEqual(
      rows.map(([, group, count, , , , own]) => [group, count, own]),
      [
        ['no draft', 1, 0],
        ['1 to 30 words', 1, 1],
        ['31 to 80 words', 1, 2],
        ['more than 80 words', 1, 3],
      ],
    );
  });

  it('show every method on the same prompts, which the seed draws', async () => {
    const results = setupResults(await measuredBy(() => 0), 1);
    const prompts = (seed: number): unknown[] =>
      examplesTable(results, seed).rows.flatMap((row) => (row[1] === '' ? [] : [row[1]]));

    assert.equal(examplesTable(results, 1).rows.length, 2 * setup.methods.length);
    assert.deepEqual(prompts(1), prompts(1));
    const drawn = new Set(Array.from({ length: 20 }, (_, seed) => prompts(seed).join(' ')));
    assert.ok(drawn.size > 3);
    for (const pair of drawn) assert.equal(new Set(pair.split(' ')).size, 2);
  });

  it('have best-of-N at each N, and one point for each of the other methods', async () => {
    const results = setupResults(await measuredBy((_, n) => n), 1);
    const { rows } = ablationTable(results);

    assert.deepEqual(
      rows.map(([, method, , , n]) => [method, n]),
      [
        ['sft', null],
        ['dpo', null],
        ['tq', null],
        ['bon', 4],
        ['bon-dpo', 4],
        ['bon', 1],
        ['bon-dpo', 1],
      ],
    );
    for (const figure of [frontierFigure(results), costFigure(results)]) {
      for (const name of ['sft', 'dpo', 'tq', 'bon, N 4', 'N 1']) {
        assert.ok(figure.svg.includes(`>${name}</text>`), `${figure.id} ${name}`);
      }
      assert.equal(figure.svg.includes('bon-dpo, N 4'), figure.id === 'cost');
    }
  });
});

describe('rewards at equal terms', () => {
  it('are interpolated within a curve and missing outside it', () => {
    const curve = [
      { x: 4, reward: 1 },
      { x: 1, reward: 0 },
      { x: 2, reward: 0.5 },
    ];

    assert.deepEqual(
      [0.5, 1, 1.5, 3, 4, 5].map((x) => rewardAt(curve, x)),
      [null, 0, 0.25, 0.75, 1, null],
    );
    assert.equal(rewardAt([], 1), null);
  });

  it('are those of other methods at the points of TQ*', async () => {
    // The KL of a response is its reward here: 1 and 2.5 for tq, 1 and 4 for bon.
    const ablation = { k: [10], alpha: [0.25, 1] };
    const places = new Map<string, number>();
    const measured = await measuredBy(
      (method, n) => {
        if (method === 'bon') return n;
        const count = places.get(method) ?? 0;
        places.set(method, count + 1);
        return method === 'tq' ? (count < setup.prompts.length ? 1 : 2.5) : 0;
      },
      { ...settings, ablation },
    );
    const { columns, rows } = equalTermsTable(setupResults(measured, 1));

    assert.deepEqual(
      columns.map(({ name }) => name),
      ['Setup', 'Equal', 'At', 'tq', 'bon', 'bon-dpo'],
    );
    assert.deepEqual(
      rows.filter(([, name]) => name === 'KL'),
      [
        ['one', 'KL', 1, 1, 1, null],
        ['one', 'KL', 2.5, 2.5, 2.5, null],
      ],
    );
  });

  it('are left out where TQ* has one point', async () => {
    assert.deepEqual(equalTermsTable(setupResults(await measuredBy(() => 1), 1)).rows, []);
  });
});

describe('the texts of a run', () => {
  it('are lines that tqstar score reads, with what decides a score', async () => {
    const measured = await measuredBy((_, n, place) => n + place);
    const file = textsFile(measured)['texts.jsonl.gz']!;
    const lines = gunzipSync(file)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

    assert.equal(lines.length, 3 * 4 + 4 * 8);
    const { response: text, ...line } = lines.find(
      ({ method, repeat, promptIndex }) => method === 'bon' && repeat === 1 && promptIndex === 1,
    )!;
    assert.match(String(text), /^text /u);
    assert.deepEqual(line, {
      setup: 'one',
      method: 'bon',
      bestOf: 4,
      promptIndex: 1,
      repeat: 1,
      prompt: 'b',
      draft: 'two words',
      ended: true,
      tokens: 4,
      reward: 9,
    });
    assert.deepEqual(textsFile(measured)['texts.jsonl.gz'], file);
  });
});
