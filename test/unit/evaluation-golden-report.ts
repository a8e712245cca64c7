import assert from 'node:assert/strict';
import { isEstimate, type Cell, type Table } from '../../src/evaluation/report/table.ts';
import type { DrawnPanel } from './report-drawing.ts';

type Band = readonly [number, number];

/** An estimate; its ends lie in these bands, whatever prompts the bootstrap draws. */
interface GoldenEstimate {
  readonly value: number;
  readonly low: Band;
  readonly high: Band;
}

/** A number that random draws find: it lies in this band. */
interface GoldenBand {
  readonly between: Band;
}

type GoldenCell = GoldenEstimate | GoldenBand | number | string | null;
type GoldenRow = Readonly<Record<string, GoldenCell>>;
type GoldenBar = GoldenEstimate & { readonly label: string };

interface GoldenPoints {
  readonly title: string;
  readonly points: readonly { readonly x: number; readonly y: GoldenEstimate }[];
  readonly names: readonly string[];
}

/** golden/report.json, which golden_report.py works out. */
export interface Golden {
  readonly tables: Readonly<Record<string, readonly GoldenRow[]>>;
  /** The rows of every prompt. */
  readonly examples: readonly GoldenRow[];
  readonly signNotes: readonly (readonly [setup: string, method: string])[];
  readonly judges: {
    readonly endpoint: {
      readonly rows: readonly GoldenRow[];
      readonly asked: number;
      readonly remembered: number;
      readonly unreadable: number;
    };
    readonly reward: { readonly rows: readonly GoldenRow[] };
  };
  readonly figures: {
    readonly rewards: readonly GoldenBars[];
    readonly quality: readonly GoldenBars[];
    readonly distributions: readonly {
      readonly title: string;
      readonly ridges: readonly {
        readonly label: string;
        readonly samples: readonly number[];
        readonly median: number;
        readonly density: readonly number[];
      }[];
    }[];
    readonly frontier: readonly GoldenPoints[];
    readonly cost: readonly GoldenPoints[];
    readonly ablation: readonly {
      readonly title: string;
      readonly cells: readonly {
        readonly k: number;
        readonly alpha: number;
        readonly value: number;
      }[];
      readonly best: readonly number[];
    }[];
  };
}

interface GoldenBars {
  readonly title: string;
  readonly axis: string;
  readonly bars: readonly GoldenBar[];
}

/** Compares the columns that the golden report has; rows by place. */
export function assertRows({ id, columns, rows }: Table, expected: readonly GoldenRow[]): void {
  assert.equal(rows.length, expected.length, `rows of ${id}`);
  for (const [index, row] of expected.entries()) {
    for (const [name, cell] of Object.entries(row)) {
      const column = columns.findIndex((each) => each.name === name);
      assert.ok(column >= 0, `${id} has no column ${name}`);
      assertCell(rows[index]![column]!, cell, `${id}, row ${index + 1}, ${name}`);
    }
  }
}

function assertCell(cell: Cell, expected: GoldenCell, place: string): void {
  if (typeof expected === 'number') {
    assert.ok(typeof cell === 'number' && isClose(cell, expected, 0), `${place}: ${shown(cell)}`);
  } else if (expected === null || typeof expected === 'string') {
    assert.equal(cell, expected, place);
  } else if ('between' in expected) {
    const [least, most] = expected.between;
    assert.ok(
      typeof cell === 'number' && cell >= least && cell <= most,
      `${place}: ${shown(cell)}`,
    );
  } else {
    assert.ok(isEstimate(cell), place);
    assertEstimate(cell, expected, 0, place);
  }
}

function shown(cell: Cell): string {
  return JSON.stringify(cell);
}

export function assertEstimate(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  expected: GoldenEstimate,
  tolerance: number,
  place: string,
): void {
  const shown = `${place}: ${value} [${low}, ${high}], not ${JSON.stringify(expected)}`;
  assert.ok(isClose(value, expected.value, tolerance), shown);
  for (const [end, [least, most]] of [
    [low, expected.low],
    [high, expected.high],
  ] as const) {
    assert.ok(end >= least - tolerance - 1e-9 && end <= most + tolerance + 1e-9, shown);
  }
}

export function assertTitles(
  drawn: readonly DrawnPanel[],
  expected: readonly { readonly title: string }[],
): void {
  assert.deepEqual(
    drawn.map(({ title }) => title),
    expected.map(({ title }) => title),
  );
}

export function assertAllClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(isClose(value, expected[index]!, tolerance), `${value} is not ${expected[index]!}`);
  });
}

function isClose(actual: number, expected: number, tolerance: number): boolean {
  return Math.abs(actual - expected) <= tolerance + 1e-9 * Math.max(1, Math.abs(expected));
}
