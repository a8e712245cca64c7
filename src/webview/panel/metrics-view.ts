import { html, nothing, type TemplateResult } from 'lit';
import { formatDivergence } from '../../protocol/divergence.ts';
import type { DoneEvent, StreamName } from '../../protocol/events.ts';
import type { Comparison, StreamState } from './messages.ts';
import type { PanelStrings } from './strings.ts';
import type { Model } from './model.ts';

/** What a text was written with, and what it cost; complete or so far. */
export function metricsView(
  name: StreamName,
  { strings }: Model,
  comparison: Comparison,
): TemplateResult {
  const stream = comparison[name];
  const { done, tokens } = stream;
  const last = tokens.at(-1);
  const reward = done ? done.reward : tokens.findLast(({ reward }) => reward !== null)?.reward;
  const kl = done ? done.kl : last?.kl;
  return html`
    <dl class="metrics">
      ${metric(strings.reward, number(reward, 3))}
      ${metric(
        strings.kl,
        `${kl ? formatDivergence(kl, 1) : '–'} ${strings.nats}`,
        kl?.of === 'softmax-policy' ? strings.klHelp : undefined,
      )}
      ${done ? metric(strings.referenceLogProb, number(done.referenceLogProb, 1)) : nothing}
      ${metric(strings.speed, `${number(speed(stream), 1)} ${strings.tokensPerSecond}`)}
      ${done && name === 'aligned' ? metric(strings.method, methodOf(done, strings)) : nothing}
      ${metric(strings.tokens, String(tokens.length))}
      ${done ? metric(strings.positions, String(done.stats.policyPositions)) : nothing}
      ${
        name === 'aligned'
          ? html`${metric('α', String(comparison.alpha))} ${metric('k', String(comparison.k))}`
          : nothing
      }
      ${metric(strings.cost, `${number(cost(stream, comparison.plain), 1)} ${strings.timesPlain}`)}
    </dl>
  `;
}

function metric(title: string, value: string, help?: string): TemplateResult {
  return html`<div title=${help ?? nothing}>
    <dt>${title}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** The method, with the kind of transfer when it is known. */
function methodOf({ stats: { method, transfer } }: DoneEvent, strings: PanelStrings): string {
  const kind = transfer && strings[`${transfer}Transfer`];
  return [method, kind].filter((each) => each !== undefined).join(', ');
}

/** Tokens per second, in the time spent on this text. */
function speed({ done, tokens }: StreamState): number | undefined {
  if (done) return done.stats.tokensPerSecond;
  const last = tokens.at(-1);
  return last && last.wallMs > 0 ? (1000 * tokens.length) / last.wallMs : undefined;
}

/** Time per token, relative to the plain text. */
function cost(stream: StreamState, plain: StreamState): number | undefined {
  const own = speed(stream);
  const base = speed(plain);
  return own === undefined || base === undefined ? undefined : base / own;
}

export function number(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : value.toFixed(digits);
}
