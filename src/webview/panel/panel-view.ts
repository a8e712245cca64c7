import { html, nothing, type TemplateResult } from 'lit';
import type { PanelStrings } from './strings.ts';
import type { Change, Model } from './model.ts';
import { controlsView } from './controls-view.ts';
import { historyView } from './history-view.ts';
import { inspectorView } from './inspector-view.ts';
import { plotView } from './plot-view.ts';
import { commonActions, streamView } from './stream-view.ts';
import { announcementOf } from './summary.ts';

export function panelView(model: Model, change: Change): TemplateResult {
  const { state, strings } = model;
  const { comparison } = state;
  return html`
    <h1 class="visually-hidden">Transfer Q⋆</h1>
    ${controlsView(model, change)}
    <p class="status" role="status" aria-live="polite">${statusText(model)}</p>
    <p class="visually-hidden" role="status" aria-live="polite">${model.notice}</p>
    ${
      comparison
        ? html`
            <div class="streams">
              ${streamView('aligned', model, comparison, change)}
              ${streamView('plain', model, comparison, change)}
            </div>
            ${commonActions(model, comparison)} ${inspectorView(model, comparison, change)}
          `
        : html`<p class="hint">${strings.empty}</p>`
    }
    <div class="foot">${comparison ? plotView(model) : nothing} ${historyView(model)}</div>
  `;
}

/** Screen readers announce this text when it changes: phases and results, never single tokens. */
function statusText({ state, strings }: Model): TemplateResult | string {
  const { comparison } = state;
  if (!comparison) return '';
  const { phase, detail } = comparison;
  if (phase === 'done') return announcementOf(strings, comparison);
  const title = phaseTitles(strings)[phase];
  if (detail === '') return title!;
  // The progress of a load changes many times a second.
  return phase === 'loading'
    ? html`${title}<span aria-hidden="true">: ${detail}</span>`
    : `${title!}: ${detail}`;
}

function phaseTitles(strings: PanelStrings): Readonly<Record<string, string>> {
  return {
    loading: strings.phaseLoading,
    running: strings.phaseRunning,
    stopped: strings.phaseStopped,
    failed: strings.phaseFailed,
  };
}
