import { type Span } from '../block.ts';

/** A line without its line ending; `indent` counts white space, in UTF-16 units. */
export interface RstLine extends Span {
  readonly indent: number;
  /** Without white space at its ends; empty for a blank line. */
  readonly text: string;
}

export function rstLines(source: string): RstLine[] {
  const lines: RstLine[] = [];
  for (const { index, 0: found } of source.matchAll(/[^\r\n]*(?:\r\n?|\n|$)/gu)) {
    if (found === '') continue;
    const line = found.replace(/[\r\n]+$/u, '');
    const text = line.trim();
    const indent = text === '' ? 0 : line.length - line.trimStart().length;
    lines.push({ start: index, end: index + indent + text.length, indent, text });
  }
  return lines;
}

export const bullet = /^[-*+•‣⁃](?:\s+|$)/u;
export const enumerator =
  /^(?:\((?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9}|#)\)|(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9}|#)[.)])(?:\s+|$)/u;
export const directive = /^\.\.\s+(?:\|[^|]{1,80}\|\s+)?([\p{L}\p{N}][\w.:+-]{0,80}?)::(?:\s+|$)/u;
export const footnote = /^\.\.\s+\[(?:\d{1,6}|#[\w.-]{0,80}|\*)\]\s+/u;
export const explicit = /^(?:\.\.(?:\s|$)|__(?:\s|$))/u;
export const field = /^:(?![:\s])(?:\\.|[^:\\]|:(?!\s|$)){1,200}:(?:\s+|$)/u;
export const option =
  /^(?:-\w|--[\w-]+|\/\w)(?:[ =]\S+)?(?:, (?:-\w|--[\w-]+)(?:[ =]\S+)?)*(?:\s{2,}|$)/u;
export const lineBlock = /^\|(?:\s|$)/u;
export const doctest = /^>>>(?:\s|$)/u;
export const gridTable = /^\+[-=+]{2,}\+?$/u;
export const simpleTable = /^={2,}(?:\s+={1,})+$/u;
/** A title's underline, or a transition. */
export const adornment = /^(?!::$)([!-/:-@[-`{-~])\1*$/u;

/** Whether a line is the first of a block that is no paragraph. */
export const beginsBlock = (text: string): boolean =>
  [bullet, enumerator, explicit, field, option, lineBlock, doctest, gridTable, simpleTable].some(
    (pattern) => pattern.test(text),
  ) || adornment.test(text);

/** Directives whose first words after `::` are prose. */
export const textDirectives = new Set(
  'note warning tip important caution attention danger error hint seealso todo'.split(' '),
);

/** Directives whose content is prose, but not what stands on the first line. */
export const contentDirectives = new Set(
  `admonition topic sidebar container compound epigraph highlights pull-quote figure only
   versionadded versionchanged deprecated class function method attribute data module exception
   staticmethod classmethod decorator property describe object option envvar program confval setting
   macro type var member enum enumerator struct union concept namespace directive role`.split(
    /\s+/u,
  ),
);
