import type { StreamName } from '../../protocol/events.ts';
import type { Comparison, StreamState } from './messages.ts';
import { filled, type PanelStrings } from './strings.ts';

/** One thing that a writer wants to know about a text. */
export interface SummaryPart {
  readonly text: string;
  /** Whether it speaks against the text. */
  readonly isProblem: boolean;
}

/**
 * A finished text in a few words: facts, language, length, end and reward; empty before the end.
 */
export function summaryOf(
  strings: PanelStrings,
  comparison: Comparison,
  name: StreamName,
): readonly SummaryPart[] {
  const stream = comparison[name];
  if (!stream.done) return [];
  const { text, reward } = stream.done;
  const value = reward === null ? '–' : reward.toFixed(2);
  return [
    ...factParts(strings, stream),
    ...languagePart(strings, stream),
    good(lengthOf(strings, text, comparison.draft)),
    endPart(strings, stream),
    good(`${comparison.rewardTitle} ${value}`),
  ];
}

/** The words that a screen reader announces when both texts are finished. */
export function announcementOf(strings: PanelStrings, comparison: Comparison): string {
  const { aligned, plain, rewardTitle } = comparison;
  const problems = summaryOf(strings, comparison, 'aligned').filter(({ isProblem }) => isProblem);
  const reward = ({ done }: StreamState): string => done?.reward?.toFixed(2) ?? '–';
  return [
    strings.phaseDone,
    ...problems.map(({ text }) => text),
    `${rewardTitle} ${reward(aligned)}, ${strings.plainReward} ${reward(plain)}`,
  ].join(' · ');
}

function factParts(strings: PanelStrings, { review }: StreamState): SummaryPart[] {
  if (!review?.facts) return [];
  const { missing, changed, added, kept, total } = review.facts;
  const list = (label: string, facts: readonly string[]): SummaryPart[] =>
    facts.length === 0 ? [] : [problem(filled(label, facts.join(', ')))];
  const problems = [
    ...list(strings.missingFacts, missing),
    ...list(
      strings.changedFacts,
      changed.map(({ from, to }) => `${from} → ${to}`),
    ),
    ...list(strings.newFacts, added),
  ];
  const count = filled(strings.factsKept, String(kept), String(total));
  return [...(total === 0 ? [] : [good(count)]), ...problems];
}

function languagePart(strings: PanelStrings, { review }: StreamState): SummaryPart[] {
  if (!review || review.language === null) return [];
  const { language, draftLanguage } = review;
  const name = languageName(language);
  if (draftLanguage === null || draftLanguage === language) return [good(name)];
  return [problem(filled(strings.otherLanguage, name, languageName(draftLanguage)))];
}

/** In the language of the page, which is the window's. */
function languageName(code: string): string {
  const page = typeof document === 'undefined' ? 'en' : document.documentElement.lang || 'en';
  return new Intl.DisplayNames([page], { type: 'language' }).of(code) ?? code;
}

function lengthOf(strings: PanelStrings, text: string, draft: string | null): string {
  const words = countWords(text);
  const before = draft === null ? 0 : countWords(draft);
  if (before === 0) return filled(strings.words, String(words));
  const change = Math.round(100 * (words / before - 1));
  if (change === 0) return strings.sameLength;
  return filled(change < 0 ? strings.shorter : strings.longer, String(Math.abs(change)));
}

function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

function endPart(strings: PanelStrings, { done }: StreamState): SummaryPart {
  if (done?.stop === 'length') return problem(strings.cutOff);
  if (done?.stop === 'cancelled') return problem(strings.stoppedEarly);
  return good(strings.finished);
}

function good(text: string): SummaryPart {
  return { text, isProblem: false };
}

function problem(text: string): SummaryPart {
  return { text, isProblem: true };
}
