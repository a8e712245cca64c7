import type { Report } from './report.ts';
import { shown, type Cell, type Column, type Table } from './table.ts';

/** The report as GitHub-flavoured Markdown; figures are separate files. */
export function markdownOf({ title, facts, sections }: Report): string {
  const blocks = [
    `# ${escaped(title)}`,
    facts.map(([name, value]) => `- ${escaped(name)}: ${escaped(value)}`).join('\n'),
    ...sections.flatMap(({ title: heading, notes, figures, tables }) => [
      `## ${escaped(heading)}`,
      ...notes.map(escaped),
      ...figures.flatMap(({ id, title: caption, notes: more }) => [
        `![${escaped(caption)}](figures/${id}.svg)`,
        ...more.map(escaped),
      ]),
      ...tables.flatMap(tableBlocks),
    ]),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function tableBlocks(table: Table): string[] {
  const { id, title, notes, columns, rows } = table;
  const head = columns.map(({ name }) => escaped(name));
  const body = rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]!)));
  const rule = columns.map((_, index) => (isText(table, index) ? '---' : '---:'));
  return [
    `### ${escaped(title)}`,
    ...notes.map(escaped),
    [head, rule, ...body].map((line) => `| ${line.join(' | ')} |`).join('\n'),
    `[${id}.csv](${id}.csv)`,
  ];
}

function cellText(cell: Cell, column: Column): string {
  return escaped(shown(cell, column));
}

/** Whether a column holds text, which is aligned to the left. */
export function isText({ rows }: Table, index: number): boolean {
  return rows.every((row) => typeof row[index] === 'string' || row[index] === null);
}

/** Escapes the characters that Markdown or HTML interpret. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_{}[\]>|#~!]/gu, (mark) => `\\${mark}`)
    .replaceAll(/\s*\n\s*/gu, ' ');
}
