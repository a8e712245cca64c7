import { html, nothing, type TemplateResult } from 'lit';
import type { CandidateLine, RolloutLine, TokenEvent } from '../../protocol/events.ts';
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
  const columns = columnsOf(token);
  const rows = token.candidates.map((each) => row(strings, each, each.id === token.id, columns));
  return html`
    <div class="table" tabindex="0" role="group" aria-label=${strings.inspector}>
      <table>
        <thead>
          <tr>
            <th scope="col">${strings.candidate}</th>
            <th scope="col" class="number">${strings.logprob}</th>
            ${columns.meanWeight ? numberHead(strings.logMeanWeight) : nothing}
            <th scope="col" class="number">${strings.value}</th>
            <th scope="col" class="number">${strings.score}</th>
            ${columns.noise ? numberHead(strings.noise) : nothing}
            <th scope="col">${strings.why}</th>
            <th scope="col">${strings.rollouts}</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  `;
}

/** The columns that only some texts have. */
interface Columns {
  readonly meanWeight: boolean;
  readonly noise: boolean;
}

function columnsOf({ candidates }: TokenEvent): Columns {
  return {
    meanWeight: candidates.some(({ logMeanWeight }) => logMeanWeight !== null),
    noise: candidates.some(({ noise }) => noise !== null),
  };
}

function numberHead(title: string): TemplateResult {
  return html`<th scope="col" class="number">${title}</th>`;
}

function row(
  strings: PanelStrings,
  candidate: CandidateLine,
  isChosen: boolean,
  columns: Columns,
): TemplateResult {
  const { text, logprob, logMeanWeight, value, score, noise, rollouts, why } = candidate;
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
      ${columns.meanWeight ? html`<td class="number">${number(logMeanWeight, 3)}</td>` : nothing}
      <td class="number">${number(value, 4)}</td>
      <td class="number">${number(score, 3)}</td>
      ${columns.noise ? html`<td class="number">${number(noise, 3)}</td>` : nothing}
      <td>${reasons[why]}</td>
      <td class="rollouts">${rolloutList(rollouts)}</td>
    </tr>
  `;
}

/** Every scored rollout, each with its r, and where they count, r_BL and its weight of (16). */
function rolloutList(rollouts: readonly RolloutLine[]): TemplateResult | string {
  if (rollouts.length === 0) return '–';
  return html`
    <ol>
      ${rollouts.map((each) => html`<li>${each.text ?? '–'} <small>${numbersOf(each)}</small></li>`)}
    </ol>
  `;
}

/** In the symbols of the paper, which every language shares. */
function numbersOf({ reward, baselineReward, weight }: RolloutLine): string {
  const parts = [`r ${number(reward, 4)}`];
  if (baselineReward !== null) parts.push(`r_BL ${number(baselineReward, 4)}`);
  if (weight !== null) parts.push(`w ${number(weight, 3)}`);
  return parts.join(' · ');
}
