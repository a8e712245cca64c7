import { html, type TemplateResult } from 'lit';
import type { StreamName } from '../../protocol/events.ts';
import type { Comparison, StreamState } from '../../protocol/panel.ts';
import type { Model } from '../model.ts';

/** Reward, KL, speed and cost of a text; while it is written, what is known of them. */
export function metricsView(
  name: StreamName,
  { strings }: Model,
  comparison: Comparison,
): TemplateResult {
  const stream = comparison[name];
  const { done, tokens } = stream;
  const expected = done ? undefined : tokens.findLast(({ value }) => value !== null)?.value;
  const reward = done?.reward ?? expected;
  return html`
    <dl class="metrics">
      ${metric(expected === undefined ? strings.reward : strings.rewardExpected, number(reward, 3))}
      ${metric(
        strings.kl,
        `${done && !done.klExact ? `${strings.klGuessed} ` : ''}${number(done?.kl, 1)} ${strings.nats}`,
      )}
      ${metric(
        strings.speed,
        `${number(done?.stats.tokensPerSecond, 1)} ${strings.tokensPerSecond}`,
      )}
      ${metric(strings.tokens, String(tokens.length))}
      ${metric(strings.cost, `${number(cost(stream, comparison.plain), 1)} ${strings.timesPlain}`)}
    </dl>
  `;
}

function metric(title: string, value: string): TemplateResult {
  return html`<div>
    <dt>${title}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** Time a token took, over the time a token of plain decoding took. */
function cost({ done }: StreamState, plain: StreamState): number | undefined {
  if (!done || !plain.done) return undefined;
  return plain.done.stats.tokensPerSecond / done.stats.tokensPerSecond;
}

export function number(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : value.toFixed(digits);
}
