import { diffArrays } from 'diff';
import type { Span } from './tracked-span.ts';

/**
 * A text as Markdown that shows these characters and nothing else: no link, image, HTML, icon or
 * list. Words that the draft lacks are bold.
 * @param draft the text to compare with; without it, no word is bold
 */
export function markedText(text: string, draft?: string): string {
  const added = draft === undefined ? [] : differingWords(draft, text).added;
  const changed = new Set(added.map(({ start }) => start));
  let markdown = '';
  let open = false;
  let at = 0;
  for (const word of wordsOf(text)) {
    const isBold = changed.has(word.start);
    // The marks stand next to white space, where Markdown always takes them for marks.
    if (open && !isBold) markdown += '**';
    markdown += spaceBetween(text.slice(at, word.start));
    if (isBold && !open) markdown += '**';
    markdown += escapeWord(text.slice(word.start, word.end));
    open = isBold;
    at = word.end;
  }
  return open ? `${markdown}**` : markdown;
}

/** The words, separated by white space, that one of two texts lacks. */
export function differingWords(
  from: string,
  to: string,
): { removed: readonly Span[]; added: readonly Span[] } {
  const removed = wordsOf(from);
  const added = wordsOf(to);
  const word = (text: string) => (span: Span) => text.slice(span.start, span.end);
  const at = { removed: 0, added: 0 };
  const found: { removed: Span[]; added: Span[] } = { removed: [], added: [] };
  for (const part of diffArrays(removed.map(word(from)), added.map(word(to)))) {
    const { length } = part.value;
    if (part.removed) found.removed.push(...removed.slice(at.removed, at.removed + length));
    if (part.added) found.added.push(...added.slice(at.added, at.added + length));
    if (!part.added) at.removed += length;
    if (!part.removed) at.added += length;
  }
  return found;
}

function wordsOf(text: string): Span[] {
  return [...text.matchAll(/\S+/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** White space as Markdown: lines stay lines, and indentation never makes a code block. */
function spaceBetween(space: string): string {
  const lines = space.split(/\r\n|\r|\n/u);
  const indent = (lines.at(-1) ?? '').replace(/\t/gu, '    ').replace(/\s/gu, '\u00a0');
  if (lines.length === 1) return lines[0] === '' ? '' : ' ';
  return `${'\\\n'.repeat(lines.length - 1)}${indent}`;
}

/** A word whose characters are all literal, wherever it stands. */
function escapeWord(word: string): string {
  return word
    .replace(/[\\`*_{}[\]<>~&|^@]/gu, '\\$&')
    .replace(/:(?=\/)/gu, '\\:')
    .replace(/^www\./iu, (found) => `${found.slice(0, -1)}\\.`)
    .replace(/^(?:[#=+-]|\d+(?=[.)]))/u, (found) =>
      /\d/u.test(found) ? `${found}\\` : `\\${found}`,
    );
}
