import { type Syntax } from './block.ts';
import { type Layout, LineSetter } from './layout.ts';
import { type Mark, markedRuns, marksProblem } from './marks.ts';
import { type Filled } from './prose-unit.ts';
import { type Draft } from './segment.ts';
import { isFixedGap, placeFixedSpaces, proseWords } from './spaces.ts';

/** The source of other prose in the place of a draft. */
export function fillDraft(draft: Draft, layout: Layout, syntax: Syntax, prose: string): Filled {
  const words = proseWords(prose);
  if (words.length === 0) return { problem: { reason: 'empty', text: 'The rewrite is empty.' } };
  const problem = marksProblem(words.join(' '), draft.marks);
  if (problem) return { problem };
  const fixed = placeFixedSpaces(draft.words, draft.gaps, words);
  if ('problem' in fixed) return fixed;
  const shared = sharedEnds(draft.words, words);
  const write = wordWriter(draft, syntax);
  const gaps = words
    .slice(1)
    .map((_, index) => fixed.get(index) ?? sharedGap(draft, words, shared, index));
  const source = new LineSetter(layout, syntax).set(words.map(write), gaps, shared.start);
  return { source };
}

/** The source of a word with marks. */
export function markedSource(word: string, marks: readonly Mark[]): string {
  if (marks.length === 0) return word;
  return markedRuns(word)
    .map((run) => ('text' in run ? run.text : markSource(marks, run)))
    .join('');
}

const markSource = (marks: readonly Mark[], run: { mark: number; closes: boolean }): string => {
  const { open, close = '' } = marks[run.mark - 1]!;
  return run.closes ? close : open;
};

interface SharedEnds {
  readonly start: number;
  readonly end: number;
}

/** How many words two texts have in common at their start and, of the rest, at their end. */
function sharedEnds(draft: readonly string[], words: readonly string[]): SharedEnds {
  const most = Math.min(draft.length, words.length);
  let start = 0;
  while (start < most && draft[start] === words[start]) start++;
  let end = 0;
  while (end < most - start && draft.at(-1 - end) === words.at(-1 - end)) end++;
  return { start, end };
}

/** The draft's white space after a word, if this and the next are of a shared end. */
function sharedGap(
  { gaps }: Draft,
  words: readonly string[],
  { start, end }: SharedEnds,
  index: number,
): string | undefined {
  if (index + 1 < start) return gaps[index];
  if (index < words.length - end) return undefined;
  const gap = gaps[index + gaps.length + 1 - words.length]!;
  return isFixedGap(gap) ? undefined : gap;
}

/** Words of the draft are written as they are, with or without the punctuation after them. */
function wordWriter({ words, marks }: Draft, { escape }: Syntax) {
  const known = new Set<string>();
  for (const word of words)
    for (const run of markedRuns(word))
      if ('text' in run) known.add(run.text).add(withoutPunctuation(run.text));
  const isKnown = (text: string): boolean => known.has(text) || known.has(withoutPunctuation(text));
  return (word: string, place: number): string => {
    if (!escape || (place === 0 && words[0] === word)) return markedSource(word, marks);
    return markedRuns(word)
      .map((run, index) => {
        if (!('text' in run)) return markSource(marks, run);
        const first = place === 0 && index === 0;
        return !first && isKnown(run.text) ? run.text : escape(run.text, first);
      })
      .join('');
  };
}

const withoutPunctuation = (text: string): string => text.replace(/[.,;:!?]+$/u, '');
