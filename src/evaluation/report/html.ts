import { element, escapeText } from './charts/svg.ts';
import { pageStyle } from './charts/style.ts';
import { isText } from './markdown.ts';
import type { Figure, Report, Section } from './report.ts';
import { isEstimate, shown, type Cell, type Column, type Table } from './table.ts';

/** The report as one self-contained page: no scripts, no external files, all text escaped. */
export function htmlOf({ title, facts, sections }: Report): string {
  const known = facts.map(
    ([name, value]) => element('dt', {}, escapeText(name)) + element('dd', {}, escapeText(value)),
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    element('title', {}, escapeText(title)),
    element('style', {}, pageStyle),
    '</head>',
    '<body><main>',
    element('h1', {}, escapeText(title)),
    element('dl', {}, ...known),
    ...sections.map(sectionHtml),
    '</main></body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionHtml({ title, notes, figures, tables }: Section): string {
  return element(
    'section',
    {},
    element('h2', {}, escapeText(title)),
    ...notes.map(note),
    ...figures.map(figureHtml),
    ...tables.map(tableHtml),
  );
}

function figureHtml({ title, notes, svg }: Figure): string {
  const caption = [element('strong', {}, escapeText(title)), ...notes.map(escapeText)].join(' ');
  return element('figure', {}, svg, element('figcaption', {}, caption));
}

function tableHtml(table: Table): string {
  const { id, title, notes, columns, rows } = table;
  const head = columns.map(({ name }, index) =>
    element('th', { scope: 'col', class: cellClass(table, index) }, escapeText(name)),
  );
  const body = rows.map((row, index) =>
    element(
      'tr',
      // Rows are grouped by their first column.
      { class: index > 0 && row[0] !== rows[index - 1]![0] ? 'group' : undefined },
      ...row.map((cell, column) =>
        element('td', { class: cellClass(table, column) }, cellHtml(cell, columns[column]!)),
      ),
    ),
  );
  return [
    element('h3', {}, escapeText(title)),
    ...notes.map(note),
    element(
      'div',
      { class: 'wide', tabindex: 0 },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...body),
      ),
    ),
    element('p', { class: 'note' }, element('a', { href: `${id}.csv` }, `${id}.csv`)),
  ].join('');
}

function cellClass(table: Table, index: number): string | undefined {
  if (table.columns[index]!.prose) return 'prose';
  return isText(table, index) ? undefined : 'number';
}

function cellHtml(cell: Cell, column: Column): string {
  const text = shown(cell, column);
  if (!isEstimate(cell)) return escapeText(text);
  const [value, interval] = text.split(' [') as [string, string];
  return (
    escapeText(value) + element('span', { class: 'interval-text' }, escapeText(`[${interval}`))
  );
}

function note(text: string): string {
  return element('p', { class: 'note' }, escapeText(text));
}
