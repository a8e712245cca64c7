import type { ProseUnit } from '../../documents/prose-unit.ts';
import { proseUnits } from '../../documents/prose-units.ts';
import { compareFacts } from '../../facts/compare-facts.ts';
import type { RewriteResult, UnitResult } from '../../protocol/rewriting.ts';
import type { LanguageOf } from '../../rewriting/languages.ts';
import { wordsOf } from '../../rewriting/words.ts';
import type { HeldOutDraft } from './drafts.ts';
import { missingFacts } from './listed-facts.ts';
import { structureChange } from './structure/structure.ts';
import { factFaults, verdictOf, verdictOfAll, type Fault, type Verdict } from './verdict.ts';

/** One unit of a draft and what became of it. */
export interface JudgedUnit {
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
  /** Source before and after. */
  readonly draft: string;
  readonly text: string;
  /** Prose before and after, with marks. */
  readonly proseBefore: string;
  readonly proseAfter: string;
  /** Why the engine kept it; empty if it did not. */
  readonly kept: string;
  readonly reward: UnitResult['reward'];
  readonly seconds: number;
  /** Positions through the policy. */
  readonly positions: number;
}

export interface JudgedDraft {
  readonly verdict: Verdict;
  /** Faults of the whole that no unit shows. */
  readonly faults: readonly Fault[];
  readonly text: string;
  readonly units: readonly JudgedUnit[];
}

/** A shorter text has at most this share of the draft's words. */
const shorterShare = 0.95;
/** The asked change takes away at least this share of what it should. */
const goneShare = 0.5;

/**
 * Judges a rewrite without trust in the engine: it parses, compares and counts again. Accepted
 * means changed as asked, finished, all facts, markup whole and in the draft's language.
 */
export async function judgeDraft(
  draft: HeldOutDraft,
  result: RewriteResult,
  languageOf: LanguageOf,
): Promise<JudgedDraft> {
  const before = await proseUnits(draft.text, draft.language);
  const units: JudgedUnit[] = [];
  for (const each of result.units) units.push(await judgeUnit(draft, each, before, languageOf));
  const faults = wholeFaults(draft, result);
  const own = faults.length > 0 ? [verdictOf(faults)] : [];
  const verdict = verdictOfAll([...units.map((unit) => unit.verdict), ...own]);
  return { verdict, faults, text: result.text, units };
}

/** Whether only the units changed, and markup is whole with all of them in place. */
function wholeFaults(draft: HeldOutDraft, { text, units }: RewriteResult): Fault[] {
  let expected = '';
  let from = 0;
  for (const { start, end, source } of units) {
    if (start < from) return [{ kind: 'bytes', text: 'Units overlap.' }];
    expected += draft.text.slice(from, start) + source;
    from = end;
  }
  expected += draft.text.slice(from);
  const faults = markupFaults(draft, text);
  if (expected === text) return faults;
  return [{ kind: 'bytes', text: 'Something outside the units changed.' }, ...faults];
}

async function judgeUnit(
  draft: HeldOutDraft,
  unit: UnitResult,
  before: readonly ProseUnit[],
  languageOf: LanguageOf,
): Promise<JudgedUnit> {
  const { start, end, source, index, kept, reward, seconds, positions } = unit;
  const old = draft.text.slice(start, end);
  const proseBefore = before[index]?.text ?? old;
  const common = { draft: old, text: source, kept: kept?.text ?? '', reward, seconds, positions };
  if (old === source) {
    return { ...common, verdict: 'kept', faults: [], proseBefore, proseAfter: proseBefore };
  }
  const alone = draft.text.slice(0, start) + source + draft.text.slice(end);
  const after = await proseUnits(alone, draft.language);
  const proseAfter = after[index]?.text ?? source;
  const faults = [
    ...unitMarkupFaults(before, after),
    ...markupFaults(draft, alone),
    ...proseFaults(draft, proseBefore, proseAfter, languageOf),
    ...missingFacts(source, saidFacts(draft, old)).map((text): Fault => ({
      kind: 'listed facts',
      text,
    })),
    ...askedFaults(draft, proseBefore, proseAfter, reward),
  ];
  return { ...common, verdict: verdictOf(faults), faults, proseBefore, proseAfter };
}

/** The listed facts that a unit of the draft says. */
function saidFacts({ facts }: HeldOutDraft, old: string): HeldOutDraft['facts'] {
  return facts.filter((fact) => missingFacts(old, [fact]).length === 0);
}

/** The same units with the same marks; their prose may differ. */
function unitMarkupFaults(before: readonly ProseUnit[], after: readonly ProseUnit[]): Fault[] {
  const shape = (units: readonly ProseUnit[]): string =>
    units.map(({ kind, text }) => `${kind} ${marksOf(text)}`).join('\n');
  if (shape(before) === shape(after)) return [];
  return [{ kind: 'markup', text: 'The document has other units of prose, or other marks.' }];
}

function marksOf(prose: string): string {
  return (prose.match(/\[\/?\d+\]/gu) ?? []).sort().join(' ');
}

/** Structure and listed pieces of the draft in a document made from it. */
function markupFaults({ text, language, keep }: HeldOutDraft, after: string): Fault[] {
  const change = structureChange(text, after, language);
  const lost = keep.filter((part) => after.split(part).length < text.split(part).length);
  return [
    ...(change === undefined ? [] : [{ kind: 'markup' as const, text: change }]),
    ...lost.map((part): Fault => ({ kind: 'bytes', text: JSON.stringify(part) })),
  ];
}

/** A draft that ends a sentence must be rewritten to its end. */
const ended = /[.!?:;…]["'”’)\]]*(?:\s*\[\/?\d+\])*\s*$/u;

function proseFaults(
  { tongue }: HeldOutDraft,
  before: string,
  after: string,
  languageOf: LanguageOf,
): Fault[] {
  const language = languageOf(after) ?? tongue;
  const cut = ended.test(before) && !ended.test(after);
  return [
    ...(cut ? [{ kind: 'cut' as const, text: after.slice(-40) }] : []),
    ...(language === tongue ? [] : [{ kind: 'language' as const, text: language }]),
    ...factFaults(compareFacts(before, after)),
  ];
}

function askedFaults(
  { preset, gone }: HeldOutDraft,
  before: string,
  after: string,
  reward: UnitResult['reward'],
): Fault[] {
  const faults: Fault[] = [];
  const ratio = wordsOf(after).length / Math.max(1, wordsOf(before).length);
  if (preset === 'shorter' && ratio > shorterShare) {
    faults.push({ kind: 'not shorter', text: `${Math.round(100 * ratio)}% of the words` });
  }
  if (reward && reward.after <= reward.before && typeof preset === 'string') {
    const [from, to] = [reward.before.toFixed(3), reward.after.toFixed(3)];
    faults.push({ kind: 'not as asked', text: `${reward.name} ${from} to ${to}` });
  }
  const asked = gone.filter((wording) => missingFacts(before, [wording]).length === 0);
  const left = asked.filter((wording) => missingFacts(after, [wording]).length === 0);
  if (left.length > asked.length * (1 - goneShare)) {
    faults.push({ kind: 'not as asked', text: `still there: ${left.join(', ')}` });
  }
  return faults;
}
