import { type Block, type Span } from './block.ts';
import { type Line } from './lines.ts';
import { isSpace } from './spaces.ts';

/** Where the words of a further line of a block begin. */
export function wordsStart(source: string, { hanging, end }: Block, lineStart: number): number {
  if (hanging) return Math.min(end, Math.max(lineStart, hanging(lineStart)));
  let position = lineStart;
  while (position < end && (source[position] === ' ' || source[position] === '\t')) position++;
  return position;
}

/** Whether a line ends with the character at this place: "\n", or "\r" alone. */
export const isLineEnd = (source: string, position: number): boolean =>
  source[position] === '\n' || (source[position] === '\r' && source[position + 1] !== '\n');

/** A part of a block without white space, and starts of lines, at its ends. */
export function trimmed(source: string, block: Block, part: Span): Span {
  const start = skipSpace(source, block, part.start, part.end);
  let end = part.end;
  while (end > start && isSpace(source[end - 1])) end--;
  return { start, end };
}

/** The place after white space and starts of lines. */
export function skipSpace(source: string, block: Block, start: number, end: number): number {
  let position = start;
  while (position < end && isSpace(source[position])) {
    const ends = isLineEnd(source, position);
    position++;
    if (ends) position = Math.min(end, wordsStart(source, block, position));
  }
  return position;
}

/** The lines of a part of a block, without white space and markers at their starts. */
export function linesOf(source: string, block: Block, part: Span): Line[] {
  const lines: Line[] = [];
  let { start } = part;
  for (let position = part.start; position <= part.end; position++) {
    if (position < part.end && !isLineEnd(source, position)) continue;
    let end = position;
    while (end > start && isSpace(source[end - 1])) end--;
    lines.push({ start, end, text: source.slice(start, end) });
    if (position === part.end) break;
    start = Math.min(part.end, wordsStart(source, block, position + 1));
    position = Math.max(position, start - 1);
  }
  return lines;
}
