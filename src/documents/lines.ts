import { type Span } from './block.ts';
import { isClosing, isGreeting, leadsToNames } from './letters.ts';
import { isKeyValue, isLabelled, isName } from './prose.ts';

/** A line of a block: its words, without indentation and markers. */
export type Line = Span & { readonly text: string };

const mostNames = 5;
const shortLine = 45;

/**
 * Where a block's lines are lines and not one paragraph: the greeting and the end of a letter,
 * fields of a record, several lines with a label.
 * @returns the white space between such a part and the next, with the start of the next line
 */
export function partBreaks(lines: readonly Line[]): Span[] {
  const starts = new Set<number>();
  const split = (index: number): void => {
    if (index > 0 && index < lines.length) starts.add(index);
  };
  if (lines.length > 1 && isGreeting(lines[0]!.text)) split(1);
  split(closingStart(lines));
  const labels = [...lines.keys()].filter((index) => isLabelled(lines[index]!.text));
  if (labels.length > 1) labels.forEach(split);
  for (let index = 0; index < lines.length; index++) {
    if (!isField(lines[index]) || !(isField(lines[index + 1]) || isField(lines[index - 1])))
      continue;
    split(index);
    split(index + 1);
  }
  return [...starts].map((index) => ({ start: lines[index - 1]!.end, end: lines[index]!.start }));
}

const isField = (line: Line | undefined): boolean => line !== undefined && isKeyValue(line.text);

/** The index of the line that ends a letter, when only names follow it. */
function closingStart(lines: readonly Line[]): number {
  for (let index = lines.length - 1; index >= Math.max(0, lines.length - mostNames); index--) {
    const { text } = lines[index]!;
    if (isClosing(text) || (index + 1 < lines.length && leadsToNames(text))) return index;
    if (!isName(text) && !isKeyValue(text)) return -1;
  }
  return -1;
}

/** Whether lines are those of a poem or an address: short, each with a beginning of its own. */
export const isVerse = (lines: readonly Line[]): boolean =>
  lines.length > 1 &&
  lines.every(({ text }) => text.length <= shortLine && /^["'“‘(]*[\p{Lu}\p{N}]/u.test(text)) &&
  !lines.every(({ text }) => /[.!?…]["'”’)]*$/u.test(text));
