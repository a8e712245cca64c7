import { type Syntax } from './block.ts';
import { type Layout, LineSetter } from './layout.ts';
import { markedRuns, marksProblem } from './marks.ts';
import { type Filled } from './prose-unit.ts';
import { type Draft } from './segment.ts';
import { type Gap, placeFixedSpaces, proseWords } from './spaces.ts';

/** The source of other prose in the place of a draft. */
export function fillDraft(draft: Draft, layout: Layout, syntax: Syntax, prose: string): Filled {
  const words = withGapsOf(draft, proseWords(prose));
  if (words.length === 0) return { problem: { reason: 'empty', text: 'The rewrite is empty.' } };
  const problem = marksProblem(words.join(' '), draft.marks);
  if (problem) return { problem };
  const fixed = placeFixedSpaces(draft.words, draft.gaps, words);
  if ('problem' in fixed) return fixed;
  const shared = sharedEnds(draft.words, words);
  const write = wordWriter(draft, words, shared, syntax);
  const gaps = words
    .slice(1)
    .map((_, index) => fixed.get(index) ?? sharedGap(draft, words, shared, index));
  const source = new LineSetter(layout, syntax).set(words.map(write), gaps, shared.start);
  return { source };
}

/**
 * Words in which two words of the draft that a fixed space parts, as "22 %" and "why ?", are
 * parted again.
 */
function withGapsOf({ words, gaps }: Draft, prose: readonly string[]): string[] {
  const parts = new Map<string, number>();
  for (const [index, { fixed }] of gaps.entries()) {
    const [before, after] = [words[index]!, words[index + 1]!];
    if (fixed) parts.set(before + (bare(after) || after), before.length);
  }
  for (const word of words) {
    parts.delete(word);
    parts.delete(bare(word));
  }
  if (parts.size === 0) return [...prose];
  return prose.flatMap((word) => {
    const length = parts.get(word) ?? parts.get(bare(word));
    return length === undefined ? [word] : [word.slice(0, length), word.slice(length)];
  });
}

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
): Gap | undefined {
  if (index + 1 < start) return gaps[index];
  if (index < words.length - end) return undefined;
  const gap = gaps[index + gaps.length + 1 - words.length]!;
  return gap.fixed ? undefined : gap;
}

/**
 * Words that both texts have at their ends are written as the draft has them; so are others that
 * the draft has, with or without the punctuation after them. A first word may be markup.
 */
function wordWriter(
  draft: Draft,
  words: readonly string[],
  shared: SharedEnds,
  { escape = (text) => text }: Syntax,
) {
  const shift = draft.words.length - words.length;
  return (word: string, place: number): string => {
    if (place < shared.start) return draft.sources[place]!;
    if (place > 0 && place >= words.length - shared.end) return draft.sources[place + shift]!;
    return markedRuns(word)
      .map((run, index) => {
        if (!('text' in run)) return markSource(draft, run);
        const first = place === 0 && index === 0;
        return (first ? undefined : knownSource(draft, run.text)) ?? escape(run.text, first);
      })
      .join('');
  };
}

const markSource = ({ marks }: Draft, run: { mark: number; closes: boolean }): string => {
  const { open, close = '' } = marks[run.mark - 1]!;
  return run.closes ? close : open;
};

function knownSource({ known }: Draft, text: string): string | undefined {
  const source = known.get(text);
  const word = bare(text);
  const part = known.get(word);
  return source ?? (part === undefined ? undefined : part + text.slice(word.length));
}

/** A word without the punctuation after it. */
const bare = (text: string): string => text.replace(/[.,;:!?]+$/u, '');
