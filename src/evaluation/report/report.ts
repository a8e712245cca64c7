import type { Table } from './table.ts';

/** A drawing of a report. */
export interface Figure {
  /** File name of the SVG, without ending. */
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** Text of an svg element whose colours are the classes of the report's style. */
  readonly svg: string;
}

export interface Section {
  readonly title: string;
  readonly notes: readonly string[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
}

/** What is written to a folder as report.md, report.html, report.json, SVG and CSV files. */
export interface Report {
  readonly title: string;
  /** How it came about: name and value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly sections: readonly Section[];
}
