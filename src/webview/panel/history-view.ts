import { html, nothing, type TemplateResult } from 'lit';
import { send } from './host.ts';
import type { Model } from './model.ts';
import { number } from './metrics-view.ts';

/** The list of earlier comparisons in the workspace. */
export function historyView({ state, strings }: Model): TemplateResult {
  const { history } = state;
  return html`
    <section class="history" aria-labelledby="title-history">
      <header>
        <h2 id="title-history">${strings.history}</h2>
        <vscode-button
          secondary
          ?disabled=${history.length === 0}
          @click=${() => {
            send({ type: 'clearHistory' });
          }}
          >${strings.clearHistory}</vscode-button
        >
      </header>
      ${
        history.length === 0
          ? html`<p class="hint">${strings.noHistory}</p>`
          : html`<ul>
              ${history.map(
                ({ id, instruction, draft, reward, alignedReward, plainReward }) => html`
                  <li>
                    <button
                      type="button"
                      class="entry"
                      @click=${() => {
                        send({ type: 'openHistory', id });
                      }}
                    >
                      <span class="instruction">${instruction}</span>
                      ${draft ? html`<span class="instruction">${draft}</span>` : nothing}
                      <span class="numbers"
                        >${reward} ${number(alignedReward, 2)}, ${strings.plainReward}
                        ${number(plainReward, 2)}</span
                      >
                    </button>
                  </li>
                `,
              )}
            </ul>`
      }
    </section>
  `;
}
