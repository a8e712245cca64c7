import { type Block, type Markup, type Span } from '../block.ts';
import { type UnitKind } from '../prose-unit.ts';
import { isTable } from './tables.ts';
import { type TextLine } from './text-lines.ts';

const bullet = /^(?:[-*+•‣▪▸►◦–—·○●✓✔]|\d{1,3}[.)]|[A-Za-z][.)]|\([\dA-Za-z]{1,3}\))\s+/u;
const taskBox = /^\[[ xX-]\]\s+/u;
const rule = /^(?:[-=_*~#+.]\s?){3,}$/u;
const fence = /^(?:`{3,}|~{3,})/u;
const codeIndent = 4;
const codeLine =
  /[;{}]$|^(?:[$#>%]|>>>)\s|^[\w.$]+\(.*\)$|^[\w.[\]]+\s*[-+*/]?=\s|^<\/?\w|^(?:if|for|while|def|class|function|return|import|from|const|let|var|SELECT|sudo|npm|git|pip|cd)\b(?!.*[.!?]$)/u;
/** A line that leaves more of the width free than this, though a word would fit, ends there. */
const fullShare = 0.75;
const narrow = 40;
/** Code, placeholders and references that plain text has. */
const pieces =
  /`[^`\n]{1,200}`|\{\{[^}\n]{1,200}\}\}|\$?\{[\w.-]{1,60}\}|<[\w.@:/ -]{1,80}>|%\w\b|\$[A-Z_]{2,40}\b/gu;

/** The paragraphs, headings and list items of a text without markup. */
export function textBlocks(source: string, lines: readonly TextLine[]): Block[] {
  const blocks: Block[] = [];
  let chunk: TextLine[] = [];
  let fenced = false;
  for (const line of lines) {
    if (fence.test(line.text)) fenced = !fenced;
    if (line.text !== '' && !fenced && !fence.test(line.text)) chunk.push(line);
    else {
      for (const block of chunkBlocks(source, chunk)) blocks.push(block);
      chunk = [];
    }
  }
  return [...blocks, ...chunkBlocks(source, chunk)];
}

/** The blocks of lines between blank lines. */
function chunkBlocks(source: string, lines: readonly TextLine[]): Block[] {
  if (lines.length === 0 || isTable(lines) || isCode(lines)) return [];
  const blocks: Block[] = [];
  let open: TextLine[] = [];
  const close = (): void => {
    if (open.length > 0) blocks.push(blockOf(source, open));
    open = [];
  };
  for (const line of lines) {
    if (stays(line.text)) {
      close();
      continue;
    }
    if (open.length > 0 && !continues(open, line)) close();
    open.push(line);
  }
  close();
  return blocks;
}

/** Rules, and lines that are quoted from another text. */
const stays = (text: string): boolean => rule.test(text) || text.startsWith('>');

const isCode = (lines: readonly TextLine[]): boolean =>
  lines.every(({ indent }) => indent >= codeIndent)
    ? lines.some(({ text }) => codeLine.test(text)) || lines.every(({ text }) => !bullet.test(text))
    : lines.filter(({ text }) => codeLine.test(text)).length * 2 > lines.length;

/** Whether a line goes on with the paragraph or item of the lines before it. */
function continues(open: readonly TextLine[], line: TextLine): boolean {
  if (bullet.test(line.text)) return false;
  const [first, last] = [open[0]!, open.at(-1)!];
  const isItem = bullet.test(first.text);
  if (isItem && open.length === 1) return line.indent > first.indent || isFull(first);
  if (open.length === 1) return Math.abs(line.indent - first.indent) <= codeIndent;
  return line.indent === last.indent;
}

const isFull = ({ indent, text }: TextLine): boolean => indent + text.length >= 60;

function blockOf(source: string, lines: readonly TextLine[]): Block {
  const [first, last] = [lines[0]!, lines.at(-1)!];
  const start = first.start + markerLength(first.text);
  const kind: UnitKind = start > first.start ? 'item' : 'paragraph';
  return {
    start,
    end: last.end,
    kind,
    markup: piecesIn(source, { start, end: last.end }),
    breaks: lineBreaks(lines),
  };
}

function markerLength(text: string): number {
  const marker = bullet.exec(text)?.[0].length ?? 0;
  return marker === 0 ? 0 : marker + (taskBox.exec(text.slice(marker))?.[0].length ?? 0);
}

/** The ends of lines at which a person pressed Enter: the next word had fitted into the line. */
function lineBreaks(lines: readonly TextLine[]): Span[] {
  const width = lines.reduce((most, { indent, text }) => Math.max(most, indent + text.length), 0);
  return lines.slice(1).flatMap((line, index) => {
    const before = lines[index]!;
    const word = /^\S*/u.exec(line.text)![0].length;
    const wouldFit = before.indent + before.text.length + 1 + word <= fullShare * width;
    const isOwn = width < narrow && /^\p{Lu}/u.test(line.text);
    return wouldFit || isOwn ? [{ start: before.end, end: line.start }] : [];
  });
}

const piecesIn = (source: string, { start, end }: Span): Markup[] =>
  [...source.slice(start, end).matchAll(pieces)].map(({ index, 0: { length } }) => ({
    start: start + index,
    end: start + index + length,
  }));
