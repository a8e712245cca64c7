import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgeAll, type Judgement } from '../../src/evaluation/judge/contests.ts';
import { EndpointJudge } from '../../src/evaluation/judge/endpoint-judge.ts';
import type { Judge } from '../../src/evaluation/judge/judge.ts';
import { RewardJudge } from '../../src/evaluation/judge/reward-judge.ts';
import type { SetupResult } from '../../src/evaluation/report/analysis.ts';
import { evaluationReport } from '../../src/evaluation/report/evaluation-report.ts';
import type { Report } from '../../src/evaluation/report/report.ts';
import type { Table } from '../../src/evaluation/report/table.ts';
import { winTieTable } from '../../src/evaluation/report/win-tie-table.ts';
import type { EvaluationRequest } from '../../src/evaluation/request.ts';
import { Journal } from '../../src/evaluation/run/journal.ts';
import type { EvaluationProgress } from '../../src/evaluation/run/progress.ts';
import { Scores } from '../../src/evaluation/run/score-texts.ts';
import {
  goldenDistributions,
  goldenFile,
  goldenResults,
  type GoldenFixture,
} from './evaluation-golden-fixture.ts';
import { scoringContext, startJudge } from './evaluation-golden-judges.ts';
import {
  assertAllClose,
  assertEstimate,
  assertRows,
  assertTitles,
  type Golden,
} from './evaluation-golden-report.ts';
import {
  axesOf,
  barsOf,
  cellsOf,
  panelsOf,
  pointsOf,
  ridgesOf,
  ticksOf,
  type DrawnPanel,
} from './report-drawing.ts';

const fixture = goldenFile('evaluation') as GoldenFixture;
const golden = goldenFile('report') as Golden;
const never = new AbortController().signal;
const quiet = { stage: () => undefined, update: () => undefined, end: () => undefined };
const progress = quiet as unknown as EvaluationProgress;

describe('the report of an evaluation, compared with golden_report.py', () => {
  let results: SetupResult[];
  let report: Report;

  beforeEach(async () => {
    results = await goldenResults(fixture);
    report = await reportOf(results);
  });

  const tableOf = (id: string): Table =>
    report.sections.flatMap(({ tables }) => tables).find((table) => table.id === id)!;
  const panels = (id: string): DrawnPanel[] => {
    const figures = report.sections.flatMap((section) => section.figures);
    return panelsOf(figures.find((figure) => figure.id === id)!.svg);
  };

  it('has the numbers of every table', () => {
    for (const [id, rows] of Object.entries(golden.tables)) assertRows(tableOf(id), rows);
  });

  it('has no column that golden_report.py does not work out', () => {
    const tables = report.sections.flatMap((section) => section.tables);
    for (const { id, columns } of tables) {
      const [row] = id === 'examples' ? golden.examples : (golden.tables[id] ?? []);
      assert.ok(row, `golden_report.py has no table ${id}`);
      for (const { name } of columns) assert.ok(name in row, `its table ${id} has no ${name}`);
    }
  });

  it('shows the texts of two prompts of each setup', () => {
    const table = tableOf('examples');
    const drawn = table.rows.flatMap(([setup, prompt]) =>
      prompt === '' ? [] : [`${String(setup)}: ${String(prompt)}`],
    );
    assert.equal(new Set(drawn).size, drawn.length);
    for (const { setup } of results) {
      assert.equal(drawn.filter((each) => each.startsWith(`${setup.id}: `)).length, 2);
    }
    let isDrawn = false;
    const expected = golden.examples.filter(({ Setup, Prompt }) => {
      if (Prompt !== '') isDrawn = drawn.includes(`${String(Setup)}: ${String(Prompt)}`);
      return isDrawn;
    });
    assertRows(table, expected);
  });

  it('warns where the sign of a mean turns the normalised reward around', () => {
    const notes = tableOf('rewards').notes.filter((note) => /negative|not above 0/u.test(note));
    assert.equal(notes.length, golden.signNotes.length);
    for (const [index, [setup, method]] of golden.signNotes.entries()) {
      assert.ok(notes[index]!.startsWith(`${setup}: the mean of ${method} `), notes[index]);
    }
  });

  for (const id of ['rewards', 'quality'] as const) {
    it(`draws the bars and intervals of the figure ${id}`, () => {
      const drawn = panels(id);
      assertTitles(drawn, golden.figures[id]);
      for (const [index, expected] of golden.figures[id].entries()) {
        const { bars, tolerance } = barsOf(drawn[index]!);
        assert.deepEqual(axesOf(drawn[index]!), [expected.axis]);
        assert.deepEqual(
          bars.map(({ label, shown }) => [label, shown]),
          expected.bars.map(({ label, value }) => [label, Number(value.toFixed(3))]),
        );
        bars.forEach((bar, i) => {
          assertEstimate(bar, expected.bars[i]!, tolerance, `${id}, ${bar.label}`);
        });
      }
    });
  }

  it('draws the scores, medians and densities of the figure distributions', () => {
    const drawn = panels('distributions');
    assertTitles(drawn, golden.figures.distributions);
    for (const [index, expected] of golden.figures.distributions.entries()) {
      const { ridges, tolerance } = ridgesOf(drawn[index]!);
      assert.deepEqual(
        ridges.map(({ label }) => label),
        expected.ridges.map(({ label }) => label),
      );
      for (const [i, { samples, median, outline }] of ridges.entries()) {
        const ridge = expected.ridges[i]!;
        assertAllClose(samples, ridge.samples, tolerance);
        assertAllClose([median], [ridge.median], tolerance);
        // The outline is 30 pixels high, and rounded to a tenth.
        assertAllClose(outline, ridge.density, 0.005);
      }
    }
  });

  for (const id of ['frontier', 'cost'] as const) {
    it(`draws the points and intervals of the figure ${id}`, () => {
      const drawn = panels(id);
      assertTitles(drawn, golden.figures[id]);
      for (const [index, expected] of golden.figures[id].entries()) {
        const { points, names, tolerance } = pointsOf(drawn[index]!, id === 'cost');
        assert.deepEqual(names, expected.names);
        assert.equal(points.length, expected.points.length);
        points.forEach(({ x, y, low, high }, i) => {
          const { x: place, y: estimate } = expected.points[i]!;
          // The axis of the costs is logarithmic.
          assertAllClose([x], [place], id === 'cost' ? tolerance.x * place : tolerance.x);
          assertEstimate({ value: y, low, high }, estimate, tolerance.y, `${id} ${i}`);
        });
      }
    });
  }

  it('draws the cells of the figure ablation, and frames the largest', () => {
    const drawn = panels('ablation');
    assertTitles(drawn, golden.figures.ablation);
    for (const [index, { cells, best }] of golden.figures.ablation.entries()) {
      const found = cellsOf(drawn[index]!);
      const ordered = (values: number[]) =>
        [...new Set(values)].sort((a, b) => a - b).map((value) => String(value));
      assert.deepEqual(ticksOf(drawn[index]!), {
        rows: ordered(cells.map(({ k }) => k)),
        columns: ordered(cells.map(({ alpha }) => alpha)),
      });
      assert.deepEqual(
        found.map(({ value }) => value),
        cells.map(({ value }) => Number(value.toFixed(3))),
      );
      assert.deepEqual(
        found.flatMap((cell, i) => (cell.best ? [i] : [])),
        best,
      );
    }
  });
});

describe('the verdicts of judges, compared with golden_report.py', () => {
  let results: SetupResult[];
  let folder: string;
  let journal: Journal;

  beforeEach(async () => {
    results = await goldenResults(fixture);
    folder = await mkdtemp(join(tmpdir(), 'tqstar-golden-'));
    journal = await Journal.open(join(folder, 'lines.jsonl'));
  });
  afterEach(async () => {
    await journal.close();
    await rm(folder, { recursive: true });
  });

  const verdicts = (judge: Judge): Promise<Judgement> => judgeAll(judge, results, progress, never);

  it('of a model: both orders, position bias, ties and unreadable replies', async () => {
    const { url, close } = await startJudge(fixture);
    try {
      const options = { url, model: 'rater', timeoutMs: 60_000 };
      const judgement = await verdicts(await EndpointJudge.open(options, journal));
      const { rows, ...work } = golden.judges.endpoint;
      const table = winTieTable(judgement, fixture.seed);
      assertRows(table, rows);
      assert.deepEqual(new Set(table.rows.map((row) => row[3])), new Set([judgement.judge]));
      const { asked, remembered, unreadable, usage } = judgement;
      assert.deepEqual({ asked, remembered, unreadable }, work);
      const { prompt, cached, completion } = fixture.judges.usage;
      assert.deepEqual(usage, {
        promptTokens: asked * prompt,
        cachedTokens: asked * cached,
        completionTokens: asked * completion,
      });
    } finally {
      await close();
    }
  });

  it('of another reward: the larger score wins, and equal scores tie', async () => {
    const scores = await Scores.open(scoringContext(fixture, journal, progress));
    const judgement = await verdicts(new RewardJudge('other', 'int8', scores));
    assertRows(winTieTable(judgement, fixture.seed), golden.judges.reward.rows);
  });
});

async function reportOf(results: readonly SetupResult[]): Promise<Report> {
  const settings = {
    ...{ suite: 'golden', title: 'Golden', setups: results.map(({ setup }) => setup) },
    ...{ maxTokens: 14, seed: fixture.seed, seeds: 2, format: 'int8' },
    ...{ bestOf: [1, 4, 64], choices: {} },
    ablation: { k: [2, 5], alpha: [0.5, 1] },
  };
  const request = {
    settings,
    command: 'tqstar eval',
    modelsFolder: tmpdir(),
    embedding: 'letters',
  };
  return evaluationReport({
    request: request as unknown as EvaluationRequest,
    versions: { tqstar: '1', onnxruntime: '1', node: '20' },
    results,
    distributions: goldenDistributions(fixture, results),
    judgement: undefined,
  });
}
