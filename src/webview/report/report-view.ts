import { html, nothing, type TemplateResult } from 'lit';
import type { ReportData, ReportFigure } from '../../protocol/report.ts';
import type { Drawing, ReportState } from './messages.ts';
import { tableView } from './table-view.ts';

export type Theme = 'light' | 'dark';

/** A report, or why there is none. Its English texts are rendered as text, never as HTML. */
export function reportView(
  state: ReportState,
  theme: Theme,
  openTable: (id: string) => void,
): TemplateResult {
  if ('problem' in state) return html`<p class="problem" role="alert">${state.problem}</p>`;
  const { report, drawings } = state;
  return html`
    <article class="report" lang="en">
      <h1>${report.title}</h1>
      <dl class="facts">
        ${report.facts.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${report.sections.map((section) => sectionView(section, drawings, theme, openTable))}
    </article>
  `;
}

function sectionView(
  { title, notes, figures, tables }: ReportData['sections'][number],
  drawings: readonly Drawing[],
  theme: Theme,
  openTable: (id: string) => void,
): TemplateResult {
  return html`
    <section>
      <h2>${title}</h2>
      ${notes.map((note) => html`<p class="hint">${note}</p>`)}
      ${figures.map((figure) =>
        figureView(
          figure,
          drawings.find(({ id }) => id === figure.id),
          theme,
        ),
      )}
      ${tables.map((table) => tableView(table, openTable))}
    </section>
  `;
}

function figureView(
  { title, notes }: ReportFigure,
  drawing: Drawing | undefined,
  theme: Theme,
): TemplateResult {
  return html`
    <figure>
      ${
        drawing && 'svg' in drawing
          ? html`<div class="drawing ${theme}" tabindex="0" role="group" aria-label=${title}>
              <img src=${imageOf(drawing.svg, theme)} alt=${title} />
            </div>`
          : nothing
      }
      ${
        drawing && 'problem' in drawing
          ? html`<p class="problem" lang=${document.documentElement.lang}>${drawing.problem}</p>`
          : nothing
      }
      <figcaption><strong>${title}</strong> ${notes.join(' ')}</figcaption>
    </figure>
  `;
}

/**
 * The data: URL of a drawing, for an image, in which no script runs and nothing is loaded. An image
 * follows the theme of the system, not of the editor; `data-theme` overrides that in the report's
 * style.
 */
function imageOf(svg: string, theme: Theme): string {
  const themed = svg.replace('<svg', `<svg data-theme="${theme}"`);
  return `data:image/svg+xml,${encodeURIComponent(themed)}`;
}
