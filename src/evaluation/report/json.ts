import {
  reportFormat,
  type ReportCell,
  type ReportData,
  type ReportTable,
} from '../../protocol/report.ts';
import type { Report } from './report.ts';
import { shownDigits, type Cell, type Table } from './table.ts';

/** The report as data for viewers; figures are separate files. */
export function jsonOf({ title, facts, sections }: Report): string {
  const data: ReportData = {
    format: reportFormat,
    title,
    facts: facts.map(([name, value]) => [name, value]),
    sections: sections.map(({ title: heading, notes, figures, tables }) => ({
      title: heading,
      notes: [...notes],
      figures: figures.map(({ id, title: caption, notes: more }) => ({
        id,
        title: caption,
        notes: [...more],
      })),
      tables: tables.map(tableData),
    })),
  };
  return `${JSON.stringify(data, null, 1)}\n`;
}

function tableData({ id, title, notes, columns, rows }: Table): ReportTable {
  return {
    id,
    title,
    notes: [...notes],
    columns: columns.map((column) => ({
      name: column.name,
      digits: shownDigits(column),
      ...(column.prose && { prose: true }),
    })),
    rows: rows.map((row) => row.map(cellData)),
  };
}

function cellData(cell: Cell): ReportCell {
  if (cell === null || typeof cell === 'string') return cell;
  if (typeof cell === 'number') return finite(cell);
  return { value: finite(cell.value), low: finite(cell.low), high: finite(cell.high) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
