import { html, nothing, type TemplateResult } from 'lit';
import type { ReportCell, ReportColumn, ReportTable } from '../../protocol/report.ts';

/** A table with its notes and a link to its CSV file. */
export function tableView(table: ReportTable, openTable: (id: string) => void): TemplateResult {
  const { id, title, notes, columns, rows } = table;
  const kinds = columns.map(({ prose }, index) =>
    prose ? 'prose' : isText(table, index) ? '' : 'number',
  );
  return html`
    <h3>${title}</h3>
    ${notes.map((note) => html`<p class="hint">${note}</p>`)}
    <div class="table" tabindex="0" role="group" aria-label=${title}>
      <table>
        <thead>
          <tr>
            ${columns.map(({ name }, i) => html`<th scope="col" class=${kinds[i]!}>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, index) => html`
              <tr class=${beginsGroup(table, index) ? 'group' : ''}>
                ${row.map((cell, i) => html`<td class=${kinds[i]!}>${cellView(cell, columns[i]!)}</td>`)}
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
    <button
      type="button"
      class="link"
      @click=${() => {
        openTable(id);
      }}
    >
      ${id}.csv
    </button>
  `;
}

/** Whether a column holds text, which is left-aligned. */
function isText({ rows }: ReportTable, index: number): boolean {
  return rows.every((row) => typeof row[index] === 'string' || row[index] === null);
}

/** Whether a row starts a group: the first column groups the rows. */
function beginsGroup({ rows }: ReportTable, index: number): boolean {
  return index > 0 && rows[index]![0] !== rows[index - 1]![0];
}

function cellView(cell: ReportCell, { digits }: ReportColumn): TemplateResult | string {
  if (typeof cell === 'string') return cell;
  if (cell === null || typeof cell === 'number') return fixed(cell, digits);
  const { value, low, high } = cell;
  const interval = `[${fixed(low, digits)}, ${fixed(high, digits)}]`;
  return html`${fixed(value, digits)}${
    value === null ? nothing : html` <span class="interval">${interval}</span>`
  }`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
