import { diffArrays } from 'diff';
import type { Span } from './tracked-span.ts';

/** The words of a text, separated by white space, that another text lacks. */
export function missingWords(from: string, to: string): readonly Span[] {
  const words = wordsOf(from);
  const text = (of: string) => (span: Span) => of.slice(span.start, span.end);
  const missing: Span[] = [];
  let at = 0;
  for (const part of diffArrays(words.map(text(from)), wordsOf(to).map(text(to)))) {
    if (part.added) continue;
    const { length } = part.value;
    if (part.removed) missing.push(...words.slice(at, at + length));
    at += length;
  }
  return missing;
}

function wordsOf(text: string): Span[] {
  return [...text.matchAll(/\S+/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
