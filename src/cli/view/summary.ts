import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { DoneEvent } from '../../protocol/events.ts';
import { formatDivergence } from '../../protocol/divergence.ts';
import { decimal, times, whole } from './numbers.ts';
import { printable } from '../../protocol/printable.ts';
import type { Palette, TokenKind } from './token-style.ts';

/** Number of tokens of each kind. */
export type ChoiceCounts = Readonly<Record<TokenKind, number>>;

export interface Summary {
  /** The finished texts, in column order. */
  readonly done: readonly DoneEvent[];
  /** Token counts of the aligned text. */
  readonly choices: ChoiceCounts;
  readonly reward: string | undefined;
}

interface Row {
  readonly label: string;
  readonly cells: readonly string[];
  readonly remark: string;
}

const ends = {
  eos: 'finished',
  length: 'length',
  stop: 'stop text',
  cancelled: 'cancelled',
} as const;
const narrowestRemark = 16;

/** Rewards and costs of the texts, as rows of at most `width` columns. */
export function summarise(summary: Summary, palette: Palette, width: number): string[] {
  const { done, choices } = summary;
  if (done.length === 0) return [];
  return [...table(rowsOf(summary), palette, width), ...choiceRows(choices, palette, width)];
}

function rowsOf({ done, reward }: Summary): Row[] {
  const aligned = done.find(({ stream }) => stream === 'aligned');
  const plain = done.find(({ stream }) => stream === 'plain');
  const row = (label: string, cell: (event: DoneEvent) => string, remark = ''): Row => ({
    label,
    cells: done.map(cell),
    remark,
  });
  const rows = [
    row('KL', klCell, klRemark(aligned)),
    row(
      'log pi_SFT',
      ({ referenceLogProb }) => orDash(referenceLogProb, 2),
      'of the text under the reference policy',
    ),
    row('tokens', ({ ids }) => whole(ids.length)),
    row('ended by', ({ stop }) => ends[stop]),
    row('tokens/s', ({ stats }) => decimal(stats.tokensPerSecond, 1)),
    row('seconds', ({ stats }) => decimal(stats.wallMs / 1000, 2), timeRemark(aligned, plain)),
    row('positions', ({ stats }) => whole(stats.policyPositions), costRemark(aligned)),
  ];
  if (reward !== undefined) {
    const named = reward === '' ? '' : `by ${printable(reward)}`;
    rows.unshift(row('reward', (event) => orDash(event.reward, 3), named));
  }
  if (done.length > 1) {
    rows.unshift(row('', ({ stream }) => stream));
  }
  return rows;
}

function orDash(value: number | null, digits: number): string {
  return value === null ? '-' : decimal(value, digits);
}

/** Bounds have one digit, so that both fit a narrow terminal. */
function klCell({ kl }: DoneEvent): string {
  return kl === null ? '-' : formatDivergence(kl, kl.kind === 'interval' ? 1 : 2);
}

/** Whose KL it is, and what bounds it if it is not exact. */
function klRemark(aligned: DoneEvent | undefined): string {
  const nats = 'nats from the reference policy';
  if (!aligned?.kl) return nats;
  const { kind, of, path } = aligned.kl;
  const whose = of === 'softmax-policy' ? `, of the softmax of the scores on the ${path} path` : '';
  return `${nats}${whose}; ${klKinds[kind]}`;
}

const klKinds = {
  exact: 'exact',
  interval: "bounds by the reward's range (--without bounds: exact)",
  'lower-bound': 'a lower bound',
  'upper-bound': 'an upper bound',
} as const;

function timeRemark(aligned: DoneEvent | undefined, plain: DoneEvent | undefined): string {
  if (!aligned || !plain || plain.stats.wallMs <= 0) return '';
  return `${times(aligned.stats.wallMs, plain.stats.wallMs)} times plain decoding`;
}

function costRemark(aligned: DoneEvent | undefined): string {
  if (!aligned) return '';
  const { policyPositions, exhaustivePositions } = aligned.stats;
  if (policyPositions === 0 || exhaustivePositions <= policyPositions) return '';
  const factor = times(exhaustivePositions, policyPositions);
  return `Algorithm 1 in full: ${whole(exhaustivePositions)} (${factor} times)`;
}

function table(rows: readonly Row[], palette: Palette, width: number): string[] {
  const labelWidth = Math.max(...rows.map(({ label }) => stringWidth(label)));
  const cellWidth = Math.max(...rows.flatMap(({ cells }) => cells.map((cell) => cell.length)));
  return rows.flatMap(({ label, cells, remark }) => {
    const body = cells.map((cell) => `  ${cell.padStart(cellWidth)}`).join('');
    const start = `${palette.faint(label.padEnd(labelWidth))}${body}`;
    if (remark === '') return [start];
    const indent = stringWidth(start) + 2;
    const room = width - indent;
    if (room < narrowestRemark) return [start];
    const [first, ...more] = wrapAnsi(remark, room, { hard: true }).split('\n');
    const painted = more.map((line) => ' '.repeat(indent) + palette.faint(line));
    return [`${start}  ${palette.faint(first!)}`, ...painted];
  });
}

function choiceRows(choices: ChoiceCounts, { token }: Palette, width: number): string[] {
  const { skipped, kept, changed } = choices;
  if (skipped + kept + changed === 0) return [];
  const text = [
    `choices: ${token.skipped(`${whole(skipped)} without a reward`)}`,
    token.kept(`${whole(kept)} where the most likely token won`),
    token.changed(`${whole(changed)} changed by the reward`),
  ].join(', ');
  return ['', ...wrapAnsi(text, width, { hard: true }).split('\n')];
}
