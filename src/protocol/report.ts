import { z } from 'zod';
import { isDeviceName } from './device-names.ts';

/** Name of a report's data in its folder. */
export const reportFileName = 'report.json';

/** Identifies the file and its version: other programs also write a report.json. */
export const reportFormat = 'tqstar-report-1';

/** Maximum number of cells in all tables; the paper's suites make a few thousand. */
const maxCells = 50_000;
const maxFigures = 60;

const text = z.string().max(20_000);
const texts = z.array(text).max(100);
/** Part of a file name, so it must not lead to another folder. */
const id = z
  .string()
  .regex(/^[\w-]{1,64}$/u)
  .refine((name) => !isDeviceName(name), 'the name belongs to a device on Windows');

/** A number, or null for one that could not be computed: JSON has no NaN. */
const number = z.number().nullable();

const cellSchema = z.union([text, number, z.object({ value: number, low: number, high: number })]);

const columnSchema = z.object({
  name: text,
  /** Decimal places to show. */
  digits: z.number().int().min(0).max(20),
  /** Whether its cells are whole texts, which keep their line breaks. */
  prose: z.boolean().optional(),
});

const tableSchema = z
  .object({
    /** File name of its CSV, without extension. */
    id,
    title: text,
    notes: texts,
    columns: z.array(columnSchema).min(1).max(100),
    rows: z.array(z.array(cellSchema)).max(maxCells),
  })
  .refine(({ columns, rows }) => rows.every(({ length }) => length === columns.length), {
    path: ['rows'],
    error: 'each row must have one cell for each column',
  });

const figureSchema = z.object({
  /** File name of its SVG in the folder `figures`, without extension. */
  id,
  title: text,
  notes: texts,
});

const sectionSchema = z.object({
  title: text,
  notes: texts,
  figures: z.array(figureSchema).max(20),
  tables: z.array(tableSchema).max(20),
});

/** The content of report.json: the report without its figures, which are separate files. */
export const reportSchema = z
  .object({
    format: z.literal(reportFormat),
    title: text,
    /** Facts about the run: name and value. */
    facts: z.array(z.tuple([text, text])).max(200),
    sections: z.array(sectionSchema).max(50),
  })
  .refine(({ sections }) => sections.flatMap(({ figures }) => figures).length <= maxFigures, {
    path: ['sections'],
    error: `all sections together must have at most ${maxFigures} figures`,
  })
  .refine(
    ({ sections }) => {
      const tables = sections.flatMap((section) => section.tables);
      return tables.reduce((sum, { rows }) => sum + rows.flat().length, 0) <= maxCells;
    },
    { path: ['sections'], error: `all tables together must have at most ${maxCells} cells` },
  );

export type ReportData = z.output<typeof reportSchema>;
export type ReportTable = z.output<typeof tableSchema>;
export type ReportFigure = z.output<typeof figureSchema>;
export type ReportCell = z.output<typeof cellSchema>;
export type ReportColumn = z.output<typeof columnSchema>;
