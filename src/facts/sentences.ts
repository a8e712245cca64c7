import { foreignMonths, months } from './calendar.ts';
import { isAbbreviation } from './lexicon.ts';

/** A sentence, or a line that is none. */
export interface Sentence {
  readonly text: string;
  /** UTF-16 offset in the text. */
  readonly start: number;
}

const boundary = /[.!?…]["'”’)\]]*\s+|\n\s*/gu;
/** Shorter lines are not wrapped prose: each is a sentence of its own. */
const wrappedLine = 50;

/** The sentences of a text, in order; together they cover all of it. */
export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  let lineStart = 0;
  for (const match of text.matchAll(boundary)) {
    const end = match.index + match[0].length;
    const atLine = match[0].lastIndexOf('\n');
    const isBreak =
      atLine >= 0
        ? isLineBreak(text, match[0], match.index, lineStart, end)
        : endsSentence(text, match.index, end);
    if (atLine >= 0) lineStart = match.index + atLine + 1;
    if (!isBreak) continue;
    sentences.push({ text: text.slice(start, end), start });
    start = end;
  }
  if (start < text.length) sentences.push({ text: text.slice(start), start });
  return sentences;
}

function isLineBreak(
  text: string,
  blank: string,
  at: number,
  lineStart: number,
  end: number,
): boolean {
  if (!blank.startsWith('\n') || at - lineStart < wrappedLine) return true;
  return /\n\s*\n/u.test(blank) || /^(?:[-*+•>#|]|\d{1,3}[.)])\s/u.test(text.slice(end, end + 6));
}

function endsSentence(text: string, at: number, end: number): boolean {
  const next = text.slice(end, end + 12);
  if (/^\p{Ll}/u.test(next)) return false;
  if (text[at] !== '.') return true;
  const word = /[\p{L}\p{N}.]{1,20}$/u.exec(text.slice(Math.max(0, at - 20), at))?.[0] ?? '';
  if (/^\d{1,2}$/u.test(word)) return !isMonth(/^\p{L}+/u.exec(next)?.[0] ?? '');
  if (/^[ap]\.m$/iu.test(word)) return /^\p{Lu}/u.test(next);
  return !(isAbbreviation(word.toLowerCase()) || /^(?:\p{Lu}|no|fig|e\.g|i\.e)$/iu.test(word));
}

function isMonth(word: string): boolean {
  const lower = word.toLowerCase();
  return months.has(lower) || foreignMonths.has(lower);
}
