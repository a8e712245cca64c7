import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { jsonOf } from '../../src/evaluation/report/json.ts';
import type { Report } from '../../src/evaluation/report/report.ts';
import type { Cell } from '../../src/evaluation/report/table.ts';
import {
  readDrawings,
  readReport,
  ReportFaultError,
  reportLimits,
  type ReportFolder,
} from '../../src/extension/evaluation/read-report.ts';

const fixture = join(import.meta.dirname, '../fixtures/evaluation-report');

/** A folder of files in memory. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): ReportFolder {
  const contents = new Map(Object.entries(files).map(([name, file]) => [name, Buffer.from(file)]));
  return {
    size: (path) => Promise.resolve(contents.get(path)?.length),
    read: (path) => Promise.resolve(contents.get(path)!),
  };
}

const table = {
  id: 'rewards',
  title: 'Reward',
  notes: [],
  columns: [{ name: 'Method' }, { name: 'Reward', digits: 3 }],
  rows: [
    ['sft', { value: 0.5, low: 0.25, high: 1 }],
    ['dpo', null],
  ],
};
const figure = { id: 'rewards', title: 'Rewards.', notes: ['As figure 2.'], svg: '<svg></svg>' };
const report: Report = {
  title: 'Evaluation',
  facts: [['Command', 'tqstar eval']],
  sections: [{ title: 'Reward', notes: [], figures: [figure], tables: [table] }],
};

/** report.json of the report above, with a change. */
function changed(change: (data: Record<string, unknown>) => void): string {
  const data = JSON.parse(jsonOf(report)) as Record<string, unknown>;
  change(data);
  return JSON.stringify(data);
}

function sectionWith(change: Readonly<Record<string, unknown>>): string {
  return changed((data) => {
    data['sections'] = [{ title: 'Reward', notes: [], figures: [], tables: [], ...change }];
  });
}

const drawnWith = (svg: string | Uint8Array): ReportFolder =>
  folderOf({ 'report.json': jsonOf(report), 'figures/rewards.svg': svg });

async function drawings(folder: ReportFolder): ReturnType<typeof readDrawings> {
  return readDrawings(folder, await readReport(folder));
}

describe('Reading the report of an evaluation', () => {
  const refused = (file: string | Uint8Array, fault: Readonly<Record<string, unknown>>) =>
    assert.rejects(readReport(folderOf({ 'report.json': file })), (error: unknown) => {
      assert.ok(error instanceof ReportFaultError);
      assert.deepEqual({ ...error.fault }, { file: 'report.json', ...fault });
      return true;
    });

  it('reads everything that an evaluation wrote, including figures', async () => {
    const names = readdirSync(fixture, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(fixture, name)).isFile())
      .map((name) => name.replaceAll('\\', '/'));
    const folder = folderOf(
      Object.fromEntries(names.map((name) => [name, readFileSync(join(fixture, name))])),
    );
    const { sections } = await readReport(folder);
    const tables = sections.flatMap((section) => section.tables);
    const drawn = await drawings(folder);

    assert.deepEqual(
      tables.map(({ id }) => `${id}.csv`).sort(),
      names.filter((name) => name.endsWith('.csv')).sort(),
    );
    assert.deepEqual(
      drawn.map((drawing) => 'svg' in drawing && `figures/${drawing.id}.svg`).sort(),
      names.filter((name) => name.endsWith('.svg')).sort(),
    );
  });

  it('knows which columns have whole texts', async () => {
    const prose = { ...table, columns: [{ name: 'Method' }, { name: 'Response', prose: true }] };
    const written = { ...report, sections: [{ ...report.sections[0]!, tables: [prose] }] };
    const { sections } = await readReport(folderOf({ 'report.json': jsonOf(written) }));

    assert.deepEqual(
      sections[0]!.tables[0]!.columns.map((column) => column.prose),
      [undefined, true],
    );
  });

  it('gives back every text and number that a report has, and null for one that is none', async () => {
    const text = fc.string({ unit: 'binary' });
    const number = fc.double({ noNaN: false });
    const cell: fc.Arbitrary<Cell> = fc.oneof(
      text,
      number,
      fc.constant(null),
      fc.record({ value: number, low: number, high: number }),
    );
    const finite = (value: Cell): unknown => {
      if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
      if (value === null || typeof value === 'string') return value;
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, finite(part)]));
    };
    const rows = fc.array(fc.tuple(cell, cell), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(text, rows, async (words, cells) => {
        const written: Report = {
          title: words,
          facts: [[words, words]],
          sections: [
            { title: words, notes: [words], figures: [], tables: [{ ...table, rows: cells }] },
          ],
        };
        const read = await readReport(folderOf({ 'report.json': jsonOf(written) }));
        const [section] = read.sections;
        const texts = [read.title, ...read.facts[0]!, section!.title, ...section!.notes];
        assert.deepEqual(
          texts,
          texts.map(() => words),
        );
        assert.deepEqual(
          section!.tables[0]!.rows,
          cells.map((row) => row.map(finite)),
        );
      }),
    );
  });

  it('names the file that is missing', async () => {
    const folder = folderOf({ 'report.html': '<h1>Report</h1>' });

    await assert.rejects(readReport(folder), {
      fault: { kind: 'missing', file: 'report.json' },
    });
  });

  it('refuses a file that is too large, or grows too large while it is read', async () => {
    const limit = reportLimits.report;
    const fault = { kind: 'tooLarge', file: 'report.json', limit };
    const read = (): Promise<never> => assert.fail('it was read');
    const large = Promise.resolve(limit + 1);

    await assert.rejects(readReport({ size: () => large, read }), { fault });
    await assert.rejects(
      readReport({
        size: () => Promise.resolve(1),
        read: () => Promise.resolve(new Uint8Array(limit + 1)),
      }),
      { fault },
    );
  });

  it('says why a file cannot be read', async () => {
    const folder = {
      size: () => Promise.resolve(1),
      read: () => Promise.reject(new Error('no permission')),
    };

    await assert.rejects(readReport(folder), {
      fault: { kind: 'unreadable', file: 'report.json', reason: 'no permission' },
    });
  });

  it('refuses a file that is not text, not JSON, or nested too deeply', async () => {
    await refused(Uint8Array.of(0xff, 0xfe), { kind: 'notText' });
    await refused('{"format": ', { kind: 'notJson' });
    await refused('['.repeat(1_000_000), { kind: 'notJson' });
  });

  for (const [what, text, reason] of [
    ['the report of another program', '{"coverage": 1}', /^format: /u],
    ['a list', '[]', /expected object/u],
    [
      'a title that is not text',
      changed((data) => (data['title'] = { toString: 1 })),
      /^title: .*string/u,
    ],
    [
      'a figure outside the folder',
      sectionWith({ figures: [{ ...figure, id: '../../secret' }] }),
      /^sections\.0\.figures\.0\.id: /u,
    ],
    [
      'a table outside the folder',
      sectionWith({ tables: [{ ...table, id: '/etc/passwd' }] }),
      /^sections\.0\.tables\.0\.id: /u,
    ],
    [
      'a row that is too short',
      sectionWith({
        tables: [{ ...table, columns: [{ name: 'x', digits: 1 }], rows: [[1], []] }],
      }),
      /^sections\.0\.tables\.0\.rows: each row must have one cell for each column$/u,
    ],
    [
      'too many digits',
      sectionWith({ tables: [{ ...table, columns: [{ name: 'x', digits: 1e9 }], rows: [] }] }),
      /^sections\.0\.tables\.0\.columns\.0\.digits: /u,
    ],
    [
      'more cells than can be shown',
      sectionWith({
        tables: Array.from({ length: 3 }, () => ({
          ...table,
          columns: [{ name: 'x', digits: 1 }],
          rows: Array.from({ length: 20_000 }, () => [1]),
        })),
      }),
      /^sections: all tables together must have at most 50000 cells$/u,
    ],
    [
      'more figures than can be shown',
      changed((data) => {
        const figures = Array.from({ length: 20 }, () => figure);
        const section = { title: '', notes: [], tables: [], figures };
        data['sections'] = Array.from({ length: 4 }, () => section);
      }),
      /^sections: all sections together must have at most 60 figures$/u,
    ],
  ] as const) {
    it(`refuses ${what} and names the place`, async () => {
      await assert.rejects(readReport(folderOf({ 'report.json': text })), (error: unknown) => {
        assert.ok(error instanceof ReportFaultError && error.fault.kind === 'notReport');
        assert.match(error.fault.reason, reason);
        return true;
      });
    });
  }

  it('answers any JSON with a report or a fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        await assert.rejects(readReport(folderOf({ 'report.json': text })), ReportFaultError);
      }),
    );
  });
});

describe('Reading the figures of a report', () => {
  const fault = async (folder: ReportFolder): Promise<unknown> => {
    const [drawing] = await drawings(folder);
    return drawing && 'fault' in drawing && drawing.fault.kind;
  };

  it('gives the text of a drawing', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';

    assert.deepEqual(await drawings(drawnWith(svg)), [{ id: 'rewards', svg }]);
  });

  it('reports a missing, too large or invalid drawing, and still reads the report', async () => {
    assert.equal(await fault(folderOf({ 'report.json': jsonOf(report) })), 'missing');
    const large = new Uint8Array(reportLimits.drawing + 1);
    assert.equal(await fault(drawnWith(large)), 'tooLarge');
    assert.equal(await fault(drawnWith('<html><script>alert(1)</script></html>')), 'notDrawing');
    assert.equal(await fault(drawnWith(Uint8Array.of(0xff))), 'notText');
  });

  it('refuses entities, which could expand without limit', async () => {
    const entities = '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="x">&a;</svg>';

    assert.equal(await fault(drawnWith(entities)), 'notDrawing');
    assert.equal(await fault(drawnWith(`<svg ${entities}/>`)), 'notDrawing');
  });
});
