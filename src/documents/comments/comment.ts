import { type Span } from '../block.ts';
import { type CodeLine } from './grammar.ts';
import { type Region } from './regions.ts';

/** A line of a comment: its words, without signs and white space. */
export interface CommentLine extends Span {
  /** White space between the sign and the words, in columns beyond the comment's smallest. */
  readonly indent: number;
  readonly text: string;
}

/** A comment: between two signs, or several lines that each begin with the same sign. */
export interface Comment extends Span {
  readonly open: string;
  readonly close: string;
  readonly isDocstring: boolean;
  readonly lines: readonly CommentLine[];
  /** What stands before the words of a further line; sticky. */
  readonly prefix: RegExp;
}

const tabWidth = 4;
const blanks = '[ \\t]*';

/** Joins line comments of lines that follow each other, and reads the lines of each comment. */
export function commentsOf(
  source: string,
  code: readonly CodeLine[],
  regions: readonly Region[],
): Comment[] {
  const comments: Comment[] = [];
  let group: Region[] = [];
  let groupLine = 0;
  let line = 0;
  const flush = (): void => {
    if (group.length > 0) comments.push(lineComment(source, group));
    group = [];
  };
  for (const region of regions) {
    while (line + 1 < code.length && code[line + 1]!.start <= region.start) line++;
    if (region.form === 'block') {
      flush();
      comments.push(blockComment(source, region));
      continue;
    }
    const continues =
      group.length > 0 &&
      line === groupLine + 1 &&
      region.open === group[0]!.open &&
      isAlone(source, code[line]!, region) &&
      columnOf(code[line]!, region) === columnOf(code[line - 1]!, group.at(-1)!);
    if (!continues) flush();
    group.push(region);
    groupLine = line;
  }
  flush();
  return comments;
}

const columnOf = (line: CodeLine, { start }: Span): number => start - line.start;

const isAlone = (source: string, line: CodeLine, { start }: Span): boolean =>
  source.slice(line.start, start).trim() === '';

function lineComment(source: string, regions: readonly Region[]): Comment {
  const { open } = regions[0]!;
  const lines = regions.map(({ start, end }) => wordsOf(source, start + open.length, end));
  return {
    start: regions[0]!.start,
    end: regions.at(-1)!.end,
    ...{ open, close: '', isDocstring: false },
    lines: outdented(lines, 0),
    prefix: new RegExp(`${blanks}${quoted(open)}${blanks}`, 'uy'),
  };
}

function blockComment(source: string, region: Region): Comment {
  const { open, close } = region;
  const [start, end] = [region.start + open.length, region.end - close.length];
  const parts = [...source.slice(start, end).matchAll(/[^\r\n]*(?:\r\n?|\n|$)/gu)].filter(
    ({ 0: text }, index) => index === 0 || text !== '',
  );
  const further = parts.slice(1, -1).filter(({ 0: text }) => text.trim() !== '');
  const isStarred = parts.length > 1 && further.every(({ 0: text }) => /^\s*\*/u.test(text));
  const prefix = new RegExp(isStarred ? `${blanks}(?:\\*(?!/))?${blanks}` : blanks, 'uy');
  const lines = parts.map(({ index, 0: text }, at) => {
    const lineStart = start + index;
    const lineEnd = lineStart + text.replace(/[\r\n]+$/u, '').length;
    const sign = at > 0 && isStarred ? /^[ \t]*\*?/u.exec(text)![0].length : 0;
    return wordsOf(source, lineStart + sign, lineEnd);
  });
  const isDocstring = open.endsWith('"""') || open.endsWith("'''");
  const { start: from, end: to } = region;
  return { start: from, end: to, open, close, isDocstring, lines: outdented(lines, 1), prefix };
}

function wordsOf(source: string, start: number, end: number): CommentLine {
  const text = source.slice(start, end);
  const words = text.trim();
  const before = text.slice(0, text.length - text.trimStart().length);
  const indent = before.replaceAll('\t', ' '.repeat(tabWidth)).length;
  const wordsStart = words === '' ? end : start + before.length;
  return { start: wordsStart, end: wordsStart + words.length, indent, text: words };
}

/** Indentation counts from the smallest; a first line after a sign counts as having that. */
function outdented(lines: readonly CommentLine[], first: number): CommentLine[] {
  const indents = lines.slice(first).filter(({ text }) => text !== '');
  const least = indents.reduce((low, { indent }) => Math.min(low, indent), Infinity);
  return lines.map((line, index) => ({
    ...line,
    indent: index < first || !Number.isFinite(least) ? 0 : Math.max(0, line.indent - least),
  }));
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');
