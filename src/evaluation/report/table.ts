import type { Estimate } from '../metrics/interval.ts';

export type Cell = string | number | Estimate | null;

export interface Column {
  readonly name: string;
  /** Decimal places in Markdown and HTML; CSV files have all digits. */
  readonly digits?: number;
  readonly unit?: string;
  /** Whether cells are whole texts, which keep their line breaks in HTML. */
  readonly prose?: boolean;
}

/** One table of a report; it becomes Markdown, HTML and a CSV file. */
export interface Table {
  /** File name of the CSV, without ending. */
  readonly id: string;
  readonly title: string;
  /** Notes for the reader. */
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The share of the values for which a condition holds, as a percentage. */
export function share<T>(values: readonly T[], holds: (value: T) => boolean): string {
  return percent(values.filter(holds).length / values.length);
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(0)}%`;
}

/** Decimal places of a column's numbers. */
export function shownDigits({ digits = 2 }: Column): number {
  return digits;
}

/** A cell as text: an estimate with its interval in brackets. */
export function shown(cell: Cell, column: Column): string {
  const digits = shownDigits(column);
  if (cell === null) return '-';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return fixed(cell, digits);
  const { value, low, high } = cell;
  return `${fixed(value, digits)} [${fixed(low, digits)}, ${fixed(high, digits)}]`;
}

/** The table as RFC 4180 text; an estimate takes three columns. */
export function csvOf({ columns, rows }: Table): string {
  const wide = columns.map((_, index) => rows.some((row) => isEstimate(row[index]!)));
  const header = columns.flatMap(({ name }, index) =>
    wide[index] ? [name, `${name} (low)`, `${name} (high)`] : [name],
  );
  const lines = rows.map((row) =>
    row.flatMap((cell, index) => {
      if (!wide[index]) return [plain(cell)];
      return isEstimate(cell)
        ? [plain(cell.value), plain(cell.low), plain(cell.high)]
        : [plain(cell), '', ''];
    }),
  );
  return [header, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

export function isEstimate(cell: Cell): cell is Estimate {
  return cell !== null && typeof cell === 'object';
}

function plain(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  return typeof cell === 'string' ? cell : plain(cell.value);
}

/**
 * Quotes a CSV field if needed; a text that a spreadsheet would run as a formula gets an
 * apostrophe.
 */
function quoted(text: string): string {
  const safe = /^[=+@]|^-(?![\d.])/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '-';
}
