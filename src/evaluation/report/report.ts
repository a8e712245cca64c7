import type { Table } from './table.ts';

/** A figure of a report. */
export interface Figure {
  /** File name of the SVG, without ending. */
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** An svg element; its colours are classes of the report's style. */
  readonly svg: string;
}

export interface Section {
  readonly title: string;
  readonly notes: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/** The content of report.md, report.html, report.json, and the SVG and CSV files. */
export interface Report {
  readonly title: string;
  /** Facts about the run: name and value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly sections: readonly Section[];
}
