import { type Block, type Span } from './block.ts';
import { referencePlaces } from './references.ts';
import { isLineEnd, wordsStart } from './white-space.ts';
import { isSpace } from './spaces.ts';

const longestWord = 2000;
const wordChar = /[\p{Ll}\p{Lu}\p{Lt}\p{M}\p{N}_'’-]/u;

/** The whole words of a part of a block that lie in a range; undefined if there are none. */
export function cutToRange(
  source: string,
  block: Block,
  part: Span,
  range: Span,
): Span | undefined {
  let { start, end } = part;
  if (range.start > start) {
    start = afterLineStart(source, block, range.start);
    if (cutsWord(source, start)) start = spaceAfter(source, start, end);
  }
  if (range.end < end) {
    end = Math.max(part.start, beforeLineStart(source, block, range.end));
    if (cutsWord(source, end)) end = spaceBefore(source, end, part.start);
  }
  return start < end ? { start, end } : undefined;
}

function lineStartOf(source: string, offset: number, first: number): number {
  let start = offset;
  while (start > first && !isLineEnd(source, start - 1)) start--;
  return start;
}

/** A place in the start of a line (`> `, indentation) becomes the place of its first word. */
function afterLineStart(source: string, block: Block, offset: number): number {
  const lineStart = lineStartOf(source, offset, block.start);
  if (lineStart === block.start) return offset;
  return Math.max(offset, wordsStart(source, block, lineStart));
}

function beforeLineStart(source: string, block: Block, offset: number): number {
  const lineStart = lineStartOf(source, offset, block.start);
  if (lineStart === block.start || offset > wordsStart(source, block, lineStart)) return offset;
  return lineStart - 1;
}

function cutsWord(source: string, offset: number): boolean {
  const [left, right] = [source[offset - 1], source[offset]];
  if (left === undefined || right === undefined || isSpace(left) || isSpace(right)) return false;
  if (wordChar.test(left) && wordChar.test(right)) return true;
  const start = spaceBefore(source, offset, Math.max(0, offset - longestWord));
  const end = spaceAfter(source, offset, Math.min(source.length, offset + longestWord));
  return referencePlaces(source.slice(start, end)).some(
    (place) => start + place.start < offset && offset < start + place.end,
  );
}

function spaceBefore(source: string, offset: number, first: number): number {
  let position = offset;
  while (position > first && !isSpace(source[position - 1])) position--;
  return position;
}

function spaceAfter(source: string, offset: number, last: number): number {
  let position = offset;
  while (position < last && !isSpace(source[position])) position++;
  return position;
}
