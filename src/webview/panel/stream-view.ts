import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { repeat } from 'lit/directives/repeat.js';
import type { StreamName, TokenEvent } from '../../protocol/events.ts';
import type { Comparison, GuestMessage, PanelStrings } from './messages.ts';
import { send } from './host.ts';
import { isChanged, type Model, type Change } from './model.ts';
import { detailsView } from './details-view.ts';
import { metricsView } from './metrics-view.ts';
import { summaryOf } from './summary.ts';

/** One of the two texts with its metrics and buttons. */
export function streamView(
  name: StreamName,
  model: Model,
  comparison: Comparison,
  change: Change,
): TemplateResult {
  const { strings } = model;
  const { tokens, done } = comparison[name];
  const title = name === 'aligned' ? strings.aligned : strings.plain;
  const isEmpty = tokens.length === 0;
  const button = (label: string, type: 'insert' | 'replace' | 'copy'): TemplateResult => html`
    <vscode-button
      secondary
      ?disabled=${isEmpty || (type === 'replace' && !done)}
      aria-label="${label}: ${title}"
      @click=${() => {
        send({ type, stream: name });
      }}
      >${label}</vscode-button
    >
  `;
  return html`
    <section class="stream" aria-labelledby="title-${name}">
      <header>
        <h2 id="title-${name}">${title}</h2>
        ${
          done || comparison.phase !== 'running'
            ? nothing
            : html`<vscode-progress-ring aria-label=${strings.phaseRunning}></vscode-progress-ring>`
        }
      </header>
      <p class="summary">
        ${summaryOf(strings, comparison, name).map(
          ({ text, isProblem }) =>
            html`<span class=${isProblem ? 'problem' : 'part'}>${text}</span> `,
        )}
      </p>
      ${
        name === 'aligned'
          ? tokensView(model, tokens, change)
          : html`<p
              class="text"
              tabindex="0"
              role="group"
              aria-label=${title}
              .textContent=${done?.text ?? tokens.map(({ text }) => text).join('')}
            ></p>`
      }
      <div class="row">
        ${button(strings.insert, 'insert')}
        ${comparison.replaces ? button(strings.replace, 'replace') : nothing}
        ${button(strings.copy, 'copy')}
      </div>
      ${detailsView('numbers', strings.details, model, change, metricsView(name, model, comparison))}
    </section>
  `;
}

/** The buttons for both texts together. */
export function commonActions({ strings }: Model, { aligned }: Comparison): TemplateResult {
  const action = (label: string, message: GuestMessage): TemplateResult => html`
    <vscode-button
      secondary
      ?disabled=${aligned.tokens.length === 0}
      @click=${() => {
        send(message);
      }}
      >${label}</vscode-button
    >
  `;
  return html`
    <div class="row common">
      ${action(strings.openDiff, { type: 'openDiff' })}
      ${action(strings.exportMarkdown, { type: 'export', format: 'markdown' })}
      ${action(strings.exportJson, { type: 'export', format: 'json' })}
    </div>
  `;
}

/** The tokens as one tab stop; the arrow keys move between them. */
function tokensView(
  { strings, selected }: Model,
  tokens: readonly TokenEvent[],
  change: Change,
): TemplateResult {
  const select = (index: number): void => {
    change({ selected: Math.min(tokens.length - 1, Math.max(0, index)) });
  };
  const onKey = (event: KeyboardEvent): void => {
    const target = targetOf(event.key, Math.max(0, selected), tokens);
    if (target === undefined) return;
    event.preventDefault();
    select(target);
    focusToken(event.currentTarget as HTMLElement, target);
  };
  const tabStop = Math.max(0, selected);
  return html`
    <div class="text">
      <span role="group" aria-label=${strings.aligned} @keydown=${onKey}
        >${repeat(
          tokens,
          ({ index }) => index,
          (token) => tokenView(token, token.index === selected, token.index === tabStop),
        )}</span
      >
    </div>
  `;

  function tokenView(token: TokenEvent, isSelected: boolean, isTabStop: boolean): TemplateResult {
    const changed = isChanged(token);
    const why = changed ? strings.changed : strings.unchanged;
    return html`<span
      role="button"
      class=${classMap({ token: true, changed, selected: isSelected })}
      tabindex=${isTabStop ? 0 : -1}
      aria-label="${spokenWith(strings, token.text)}, ${why}"
      aria-pressed=${isSelected ? 'true' : 'false'}
      @click=${() => {
        select(token.index);
      }}
      >${token.text}</span
    >`;
  }
}

/** White space in words: a screen reader skips it. */
function spokenWith({ space, newLine }: PanelStrings, text: string): string {
  if (text.trim() !== '') return text.trim();
  return text.includes('\n') ? newLine : space;
}

function targetOf(key: string, at: number, tokens: readonly TokenEvent[]): number | undefined {
  switch (key) {
    case 'Enter':
    case ' ':
      return at;
    case 'ArrowRight':
      return Math.min(tokens.length - 1, at + 1);
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return tokens.length - 1;
    case 'ArrowDown':
      return tokens.find((token) => token.index > at && isChanged(token))?.index ?? at;
    case 'ArrowUp':
      return tokens.findLast((token) => token.index < at && isChanged(token))?.index ?? at;
    default:
      return undefined;
  }
}

function focusToken(group: HTMLElement, index: number): void {
  group.querySelectorAll<HTMLElement>('.token')[index]?.focus();
}
