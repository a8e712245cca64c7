import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../protocol/durable-files.ts';
import { reportFileName } from '../../protocol/report.ts';
import { storageError } from '../run/storage-error.ts';
import { standAlone } from './charts/style.ts';
import { htmlOf } from './html.ts';
import { jsonOf } from './json.ts';
import { markdownOf } from './markdown.ts';
import type { Report } from './report.ts';
import { csvOf } from './table.ts';

/**
 * Writes a report with its figures and tables to a folder; replaces each file atomically.
 * @param more other files of the run, by name
 * @returns the files, their paths starting at the folder
 * @throws TqError storage
 */
export async function writeReport(
  folder: string,
  report: Report,
  more: Readonly<Record<string, Uint8Array>> = {},
): Promise<string[]> {
  const { sections } = report;
  const files = new Map<string, string | Uint8Array>([
    ...Object.entries(more),
    ['report.html', htmlOf(report)],
    ['report.md', markdownOf(report)],
    ...sections
      .flatMap(({ figures }) => figures)
      .map(({ id, svg }) => [`figures/${id}.svg`, standAlone(svg)] as const),
    ...sections
      .flatMap(({ tables }) => tables)
      .map((table) => [`${table.id}.csv`, csvOf(table)] as const),
    // Written last: a viewer that watches it finds the other files complete.
    [reportFileName, jsonOf(report)],
  ]);
  for (const [name, content] of files) await writeWhole(join(folder, name), content);
  return [...files.keys()];
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await replaceFile(file, content);
  } catch (error) {
    throw storageError(`The file ${file}`, error);
  }
}
