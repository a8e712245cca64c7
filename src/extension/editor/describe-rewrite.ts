import { l10n } from 'vscode';
import type { FactComparison, KeptReason } from '../../protocol/rewriting.ts';
import { rewardTitles } from '../settings/reward-titles.ts';
import type { RewriteSession } from './rewrite-session.ts';
import type { RewriteUnit } from './rewrite-unit.ts';

/** Facts that a rewrite lost, changed or added; empty if there are none. */
export function describeLostFacts({ missing, changed, added }: FactComparison): string {
  const pairs = changed.map(({ from, to }) => `${from} → ${to}`);
  return [
    missing.length > 0 && l10n.t('missing: {0}', missing.join(', ')),
    pairs.length > 0 && l10n.t('changed: {0}', pairs.join(', ')),
    added.length > 0 && l10n.t('new: {0}', added.join(', ')),
  ]
    .filter(Boolean)
    .join('; ');
}

function describeFacts(facts: FactComparison): string {
  const lost = describeLostFacts(facts);
  if (lost !== '') return lost;
  return facts.total > 0 ? l10n.t('all facts kept') : '';
}

/** "31% shorter", by words. */
function describeLength(draft: string, text: string): string {
  const words = (each: string): number => each.match(/\S+/gu)?.length ?? 0;
  const share = Math.round((words(text) / Math.max(1, words(draft)) - 1) * 100);
  if (share === 0) return l10n.t('as long as the draft');
  return share < 0 ? l10n.t('{0}% shorter', -share) : l10n.t('{0}% longer', share);
}

/** "Concision 0.42 → 0.71". */
function describeReward(reward: { name: string; before: number; after: number }): string {
  const title = rewardTitles()[reward.name]?.title ?? reward.name;
  return `${title} ${reward.before.toFixed(2)} → ${reward.after.toFixed(2)}`;
}

/** What a writer needs to know of the chosen wording of a unit, in plain text. */
export function describeUnit(unit: RewriteUnit): string {
  const { wording, draft, reward, place } = unit;
  if (!wording) return l10n.t('Writing…');
  return [
    describeLength(draft, wording.source),
    describeFacts(wording.facts),
    reward && describeReward(reward),
    place.of > 1 && l10n.t('wording {0} of {1}', place.at, place.of),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The reward over all wordings that are offered, weighted by length; empty if none was scored. */
export function describeMeanReward({ offered }: RewriteSession): string {
  const scored = offered.flatMap(({ reward, draft }) => (reward ? [{ ...reward, draft }] : []));
  const weight = scored.reduce((sum, { draft }) => sum + draft.length, 0);
  if (weight === 0) return '';
  const mean = (of: 'before' | 'after'): number =>
    scored.reduce((sum, each) => sum + each[of] * each.draft.length, 0) / weight;
  return describeReward({ name: scored[0]!.name, before: mean('before'), after: mean('after') });
}

/** The facts that the given units lose together; empty if none. */
export function describeAllLostFacts(units: readonly RewriteUnit[]): string {
  const facts = units.flatMap(({ wording }) => (wording ? [wording.facts] : []));
  return describeLostFacts({
    missing: facts.flatMap(({ missing }) => missing),
    changed: facts.flatMap(({ changed }) => changed),
    added: facts.flatMap(({ added }) => added),
    kept: 0,
    total: 0,
  });
}

/** How many units keep their draft, and why; empty if none does. */
export function describeKept({ units }: RewriteSession): string {
  const kept = units.filter(({ state }) => state === 'kept');
  const reasons = kept.map(({ result }) => result?.kept?.reason ?? 'stopped');
  return describeReasons(reasons, units.length);
}

/** Why some of a number of units keep their draft; empty if none does. */
export function describeReasons(reasons: readonly KeptReason[], of: number): string {
  if (reasons.length === 0) return '';
  const texts = [...new Set(reasons)].map(keptReason).join('; ');
  return of === 1
    ? l10n.t('The draft stays: {0}', texts)
    : l10n.t('{0} of {1} paragraphs keep their draft: {2}', reasons.length, of, texts);
}

function keptReason(reason: KeptReason): string {
  return {
    same: l10n.t('the model changed nothing'),
    cut: l10n.t('the answer was cut off'),
    marks: l10n.t('markup would be lost'),
    space: l10n.t('a no-break space would be lost'),
    lines: l10n.t('line breaks would change'),
    refusal: l10n.t('the model refused'),
    echo: l10n.t('the answer repeats the instruction'),
    greeting: l10n.t('the answer adds a greeting'),
    language: l10n.t('another language'),
    length: l10n.t('the answer is too long or too short'),
    repetition: l10n.t('the answer repeats itself'),
    facts: l10n.t('facts would be lost'),
    meaning: l10n.t('the meaning would change'),
    form: l10n.t('a title should stay as it is'),
    grammar: l10n.t('the answer has an error of grammar'),
    'not-better': l10n.t('the answer is not better'),
    unsure: l10n.t('the model is unsure'),
    empty: l10n.t('the answer is empty'),
    stopped: l10n.t('not reached'),
  }[reason];
}
