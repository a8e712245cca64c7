import { html, nothing, type TemplateResult } from 'lit';
import type { CandidateLine, TokenEvent } from '../../protocol/events.ts';
import type { Comparison } from './messages.ts';
import type { PanelStrings } from './strings.ts';
import type { Model, Change } from './model.ts';
import { number } from './metrics-view.ts';

/** Shows why a token was chosen: its candidates with values and rollouts. */
export function inspectorView(
  { strings, selected }: Model,
  comparison: Comparison,
  change: Change,
): TemplateResult {
  const token = comparison.aligned.tokens[selected];
  const step = (by: number): void => {
    const last = comparison.aligned.tokens.length - 1;
    change({ selected: Math.min(last, Math.max(0, selected + by)) });
  };
  return html`
    <section class="inspector" aria-labelledby="title-inspector">
      <header>
        <h2 id="title-inspector">${strings.inspector}</h2>
        ${
          token
            ? html`
                <span
                  >${strings.token} ${selected + 1}:
                  <code>${JSON.stringify(token.text)}</code></span
                >
                <vscode-button
                  secondary
                  aria-label=${strings.previousToken}
                  ?disabled=${selected === 0}
                  @click=${() => {
                    step(-1);
                  }}
                  >←</vscode-button
                >
                <vscode-button
                  secondary
                  aria-label=${strings.nextToken}
                  ?disabled=${selected === comparison.aligned.tokens.length - 1}
                  @click=${() => {
                    step(1);
                  }}
                  >→</vscode-button
                >
              `
            : nothing
        }
      </header>
      ${token ? candidatesTable(strings, token) : html`<p class="hint">${strings.inspectorHint}</p>`}
    </section>
  `;
}

function candidatesTable(strings: PanelStrings, token: TokenEvent): TemplateResult {
  return html`
    <div class="table" tabindex="0" role="group" aria-label=${strings.inspector}>
      <table>
        <thead>
          <tr>
            <th scope="col">${strings.candidate}</th>
            <th scope="col" class="number">${strings.logprob}</th>
            <th scope="col" class="number">${strings.value}</th>
            <th scope="col" class="number">${strings.score}</th>
            <th scope="col">${strings.why}</th>
            <th scope="col">${strings.rollout}</th>
          </tr>
        </thead>
        <tbody>
          ${token.candidates.map((candidate) => row(strings, candidate, candidate.id === token.id))}
        </tbody>
      </table>
    </div>
  `;
}

function row(strings: PanelStrings, candidate: CandidateLine, isChosen: boolean): TemplateResult {
  const { text, logprob, value, score, rollout, why } = candidate;
  const reasons = {
    evaluated: strings.evaluated,
    pruned: strings.pruned,
    skipped: strings.skipped,
  };
  return html`
    <tr class=${isChosen ? 'chosen' : ''}>
      <th scope="row">
        <code>${JSON.stringify(text)}</code>${isChosen ? ` ✓ ${strings.chosen}` : nothing}
      </th>
      <td class="number">${number(logprob, 3)}</td>
      <td class="number">${number(value, 4)}</td>
      <td class="number">${number(score, 3)}</td>
      <td>${reasons[why]}</td>
      <td class="rollout">${rollout ?? '–'}</td>
    </tr>
  `;
}
