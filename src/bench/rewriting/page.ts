import { formatDuration } from '../../protocol/units.ts';
import { mean, type Estimate } from '../../evaluation/metrics/interval.ts';
import type { Machine } from '../../evaluation/machine.ts';
import { numberTable } from '../markdown.ts';
import type { RewritingMethod } from '../../cli/parser/bench.ts';
import type { RewriteRun } from './measure.ts';
import { difference, faultCounts, summarise, type ArmSummary } from './summary.ts';
import { faultKinds } from './verdict.ts';

/** A run of the benchmark of rewriting. */
export interface RewritingResult {
  readonly machine: Machine;
  /** The command that repeats it. */
  readonly command: string;
  /** Id or folder of the rewriter. */
  readonly rewriter: string;
  readonly arms: readonly RewritingMethod[];
  readonly runs: readonly RewriteRun[];
}

/** The result as a Markdown page. */
export function rewritingPage(result: RewritingResult): string {
  const { machine, command, arms, runs } = result;
  const english = runs.filter(({ draft }) => draft.tongue === 'en');
  const others = runs.filter(({ draft }) => draft.tongue !== 'en');
  const presets = [...new Set(english.map(presetName))];
  const { cpu, cores, commit, date } = machine;
  return `${[
    '# Rewriting',
    `Written by \`${command}\`; do not edit. All texts are in the JSON file next to this page.`,
    `${cpu}, ${cores} cores, commit ${commit}, ${date}.`,
    'The drafts are in `test/fixtures/rewriting`; nothing was trained on them. A rewrite is ' +
      '**accepted** if it is changed as asked, finished, has all facts, whole markup and the ' +
      "draft's language; **kept** if the engine left the draft unchanged; **damaged** if markup, " +
      'protected characters, facts, the end or the language were lost; **other** if it changed ' +
      'without harm but not as asked. A draft counts as its worst unit. Facts, markup, length, ' +
      'meaning and reward are of the changed drafts.',
    '## All drafts in English',
    armTable(arms.map((arm) => summarise(arm, english))),
    '## By unit',
    unitTable(arms.map((arm) => summarise(arm, english))),
    '## By preset',
    presetTable(arms, presets, english),
    '## What was wrong',
    'Drafts with a fault of each kind; the last three do no harm.',
    numberTable(
      ['', ...arms],
      faultKinds.map((kind) => [
        kind,
        ...arms.map((arm) => String(faultCounts(arm, english, [kind])[0]!.drafts)),
      ]),
    ),
    '## What tq adds',
    tqText(english),
    ...(others.length === 0 ? [] : ['## Drafts in German', germanText(arms, others)]),
  ].join('\n\n')}\n`;
}

export function presetName({ draft: { preset } }: RewriteRun): string {
  return typeof preset === 'string' ? preset : 'own instruction';
}

const armHead = [
  ...['drafts', 'accepted', 'kept', 'damaged', 'other', 'facts kept', 'markup whole'],
  ...['length', 'meaning', 'reward before', 'after', 's a draft', 'positions'],
];

function armTable(summaries: readonly ArmSummary[]): string {
  const rows = summaries.map((each) => [each.arm, ...armCells(each)]);
  return numberTable(['', ...armHead], rows);
}

function armCells(each: ArmSummary): string[] {
  const { shares } = each;
  return [
    String(each.drafts),
    ...[shares.accepted, shares.kept, shares.damaged, shares.other].map(percent),
    ...[each.factsKept, each.markupWhole].map(percent),
    ...[each.length, each.meaning, each.before, each.after].map(decimal),
    each.seconds.toFixed(1),
    each.positions.toFixed(0),
  ];
}

function unitTable(summaries: readonly ArmSummary[]): string {
  return numberTable(
    ['', 'units', 'accepted', 'kept', 'damaged', 'other'],
    summaries.map(({ arm, units, unitShares }) => [
      ...[arm, String(units)],
      ...[unitShares.accepted, unitShares.kept, unitShares.damaged, unitShares.other].map(percent),
    ]),
  );
}

function presetTable(
  arms: readonly RewritingMethod[],
  presets: readonly string[],
  runs: readonly RewriteRun[],
): string {
  const rows = presets.flatMap((preset) => {
    const own = runs.filter((run) => presetName(run) === preset);
    return arms.map((arm) => [preset, arm, ...armCells(summarise(arm, own))]);
  });
  return numberTable(['preset', 'method', ...armHead], rows);
}

/** Says whether tq adds to the rewriter: reward up, facts kept as often. */
function tqText(runs: readonly RewriteRun[]): string {
  const found = difference('rewriter+tq', 'rewriter', runs);
  if (!found) return 'Not measured: it needs the methods rewriter and rewriter+tq.';
  const { gain, factsKept, accepted } = found;
  const seconds = (arm: RewritingMethod): number =>
    mean(runs.filter((run) => run.arm === arm).map((run) => run.seconds));
  const adds = gain.low > 0 && factsKept.high >= 0;
  const verdict = adds
    ? 'tq adds to the rewriter: the reward rises, and facts are not lost more often.'
    : gain.low > 0
      ? 'tq raises the reward, but at the price of facts.'
      : 'tq does not add to the rewriter: the reward gained is not above that of the rewriter alone.';
  const times = ['rewriter', 'rewriter+tq'] as const;
  const [plain, aligned] = times.map((arm) => formatDuration(1000 * seconds(arm)));
  return (
    `${verdict} Differences rewriter+tq minus rewriter per draft, with 95% intervals of a paired ` +
    `bootstrap: reward gained ${estimate(gain, 3)}, drafts accepted ${estimate(accepted, 2)}, ` +
    `drafts without a lost fact ${estimate(factsKept, 2)}. A draft takes ${aligned} instead of ${plain}.`
  );
}

function germanText(arms: readonly RewritingMethod[], runs: readonly RewriteRun[]): string {
  const lines = arms.map((arm) => {
    const own = runs.filter((run) => run.arm === arm);
    const kept = own.filter(({ verdict }) => verdict === 'kept').length;
    return `${arm}: ${kept} of ${own.length} kept.`;
  });
  return `The models write English only, so every draft must be kept. ${lines.join(' ')}`;
}

function percent(share: number | null): string {
  return share === null ? '' : `${Math.round(100 * share)}%`;
}

function decimal(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

function estimate({ value, low, high }: Estimate, digits: number): string {
  const [at, from, to] = [value, low, high].map((each) => each.toFixed(digits));
  return `${at} (${from} to ${to})`;
}
