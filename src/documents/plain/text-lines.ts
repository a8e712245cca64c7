import { type Span } from '../block.ts';

/** A line of a text; `start` to `end` without indentation and white space at its end. */
export interface TextLine extends Span {
  readonly lineStart: number;
  /** Columns before the first character; a tab counts 4. */
  readonly indent: number;
  readonly text: string;
}

export function textLines(source: string): TextLine[] {
  const lines: TextLine[] = [];
  for (const { index, 0: line } of source.matchAll(/[^\r\n]+(?:\r\n|\n|\r|$)|\r\n|\n|\r/gu)) {
    let start = 0;
    while (line[start] === ' ' || line[start] === '\t') start++;
    let end = line.length;
    while (end > start && /\s/u.test(line[end - 1]!)) end--;
    const indent = line.slice(0, start).replaceAll('\t', '    ').length;
    lines.push({
      lineStart: index,
      start: index + start,
      end: index + end,
      indent,
      text: line.slice(start, end),
    });
  }
  return lines;
}
