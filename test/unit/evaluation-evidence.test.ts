import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { noUsage } from '../../src/evaluation/judge/judge.ts';
import { setupResults } from '../../src/evaluation/report/analysis.ts';
import { comparisonTable } from '../../src/evaluation/report/comparison-table.ts';
import { equalTermsTable, rewardAt } from '../../src/evaluation/report/equal-terms-table.ts';
import { examplesTable } from '../../src/evaluation/report/examples-table.ts';
import { costFigure, frontierFigure } from '../../src/evaluation/report/frontier-figures.ts';
import { draftTable, seedTable } from '../../src/evaluation/report/prompt-tables.ts';
import { textsFile } from '../../src/evaluation/report/texts-file.ts';
import { ablationTable } from '../../src/evaluation/report/text-tables.ts';
import { winTieTable } from '../../src/evaluation/report/win-tie-table.ts';
import type { Setup } from '../../src/evaluation/suites/suite.ts';
import { measuredBy, settings, setup } from './evaluation-measured.ts';

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

  it('show with a prompt the response to that prompt', async () => {
    const results = setupResults(await measuredBy((_method, _n, place) => place), 1);
    const { rows } = examplesTable(results, 1);
    const prompts = setup.prompts.map(({ text }) => text);

    for (const [index, row] of rows.entries()) {
      const first = rows[index - (index % setup.methods.length)]!;
      const place = prompts.indexOf(String(first[1]));
      assert.equal(row[3], place);
      const { responses } = results[0]!.main[index % setup.methods.length]!;
      assert.equal(row[5], responses[place]!.text);
    }
  });

  it('say of a judge that wins differ from losses only after the correction', () => {
    const tally = (win: number, loss: number) => ({
      ...{ setup: 'one', own: 'tq', other: 'sft' },
      outcomes: { win, loss, tie: 1, unreadable: 0 },
      winTies: [...Array<number>(win + 1).fill(1), ...Array<number>(loss).fill(0)],
    });
    const table = winTieTable(
      {
        ...{ judge: 'j', notes: ['At its own temperature.'], asked: 4, remembered: 0 },
        ...{ unreadable: 0, usage: noUsage },
        tallies: [tally(12, 1), tally(1, 12), tally(6, 0)],
      },
      1,
    );

    // 2 (1 + 13) / 2^13 for 12 and 1, three times that; 2 / 2^6 for 6 and 0.
    assert.deepEqual(
      table.rows.map((row) => row.slice(9)),
      [
        [(3 * 28) / 8192, 'more'],
        [(3 * 28) / 8192, 'fewer'],
        [1 / 32, 'more'],
      ],
    );
    assert.ok(table.notes.includes('At its own temperature.'));
    assert.equal(
      winTieTable(
        {
          ...{ judge: 'j', notes: [], asked: 0, remembered: 0, unreadable: 0, usage: noUsage },
          tallies: [tally(6, 0), tally(6, 0)],
        },
        1,
      ).rows[0]![10],
      'not certain',
    );
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
      for (const name of ['sft', 'dpo', 'tq', 'bon', 'N 1', 'N 4']) {
        assert.ok(figure.svg.includes(`>${name}</text>`), `${figure.id} ${name}`);
      }
      assert.equal(figure.svg.includes('>bon-dpo</text>'), figure.id === 'cost');
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
