import { formatDivergence } from '../../protocol/divergence.ts';
import type { Comparison, StreamState } from '../../webview/panel/messages.ts';
import { textOf } from './comparison-run.ts';

/** A comparison as JSON, with all tokens. */
export function exportJson(comparison: Comparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

/** A comparison as Markdown: settings, numbers and both texts. */
export function exportMarkdown(comparison: Comparison): string {
  const { instruction, draft, reward, method, alpha, k, startedAt, aligned, plain } = comparison;
  return [
    '# Transfer Q⋆',
    '',
    quoted(instruction),
    '',
    ...(draft === null ? [] : ['## Draft', '', quoted(draft), '']),
    `reward ${code(reward)}, method ${code(aligned.done?.stats.method ?? method)}, α = ${alpha}, k = ${k}, ` +
      new Date(startedAt).toISOString(),
    '',
    '|  | aligned | plain |',
    '| --- | --- | --- |',
    row('reward', aligned, plain, ({ done }) => fixed(done?.reward, 4)),
    row('KL to the reference (nats)', aligned, plain, ({ done }) =>
      done?.kl ? formatDivergence(done.kl, 2) : '–',
    ),
    row('log pi_SFT of the text', aligned, plain, ({ done }) => fixed(done?.referenceLogProb, 2)),
    row('tokens', aligned, plain, ({ tokens }) => String(tokens.length)),
    row('tokens per second', aligned, plain, ({ done }) => fixed(done?.stats.tokensPerSecond, 1)),
    row('policy positions', aligned, plain, ({ done }) => fixed(done?.stats.policyPositions, 0)),
    '',
    '## Aligned',
    '',
    quoted(textOf(aligned)),
    '',
    '## Plain',
    '',
    quoted(textOf(plain)),
    '',
  ].join('\n');
}

function row(
  title: string,
  aligned: StreamState,
  plain: StreamState,
  cell: (stream: StreamState) => string,
): string {
  return `| ${title} | ${cell(aligned)} | ${cell(plain)} |`;
}

function fixed(value: number | null | undefined, digits: number): string {
  return value?.toFixed(digits) ?? '–';
}

/** A code block whose fence is longer than any in the text, so that the text cannot end it. */
function quoted(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
