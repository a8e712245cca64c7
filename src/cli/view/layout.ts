import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Palette, TokenKind } from './token-style.ts';

/** A run of characters of one kind, printable. */
export interface Piece {
  readonly text: string;
  readonly kind: TokenKind;
}

/** A text with its heading; a single text may have none. */
export interface TextBlock {
  readonly heading: string | undefined;
  readonly pieces: readonly Piece[];
}

export interface LayoutSize {
  /** Available columns. */
  readonly width: number;
  /** Available rows; a longer text shows its end. */
  readonly height: number;
}

/** Minimum width for two texts side by side: 80 columns, the last of which stays empty. */
export const twoColumnWidth = 79;

const narrowest = 8;
const gutter = ' \u2502 ';
const tabWidth = 4;

/** Lays texts out as rows: two side by side if they fit, else one below the other. */
export function layOut(
  blocks: readonly TextBlock[],
  palette: Palette,
  { width, height }: LayoutSize,
): string[] {
  const [left, right] = blocks;
  if (left && right && width >= twoColumnWidth) {
    return sideBySide(left, right, palette, { width, height });
  }
  const headings = blocks.map((block) => ruledHeading(block, palette, width));
  const blankRows = blocks.length - 1;
  const room = height - blankRows - headings.flat().length;
  const share = Math.max(1, Math.floor(room / blocks.length));
  return blocks.flatMap(({ pieces }, index) => [
    ...(index > 0 ? [''] : []),
    ...headings[index]!,
    ...wrap(pieces, palette, width).slice(-share),
  ]);
}

function sideBySide(
  left: TextBlock,
  right: TextBlock,
  palette: Palette,
  { width, height }: LayoutSize,
): string[] {
  const leftWidth = Math.floor((width - gutter.length) / 2);
  const rightWidth = width - gutter.length - leftWidth;
  const headings = paired(
    headingRows(left, palette, leftWidth),
    headingRows(right, palette, rightWidth),
    leftWidth,
    palette,
  );
  const rule = `${'\u2500'.repeat(leftWidth + 1)}\u253C${'\u2500'.repeat(rightWidth + 1)}`;
  const rows = paired(
    wrap(left.pieces, palette, leftWidth),
    wrap(right.pieces, palette, rightWidth),
    leftWidth,
    palette,
  );
  const room = Math.max(1, height - headings.length - 1);
  return [...headings, palette.faint(rule), ...rows.slice(-room)];
}

function headingRows({ heading }: TextBlock, palette: Palette, width: number): string[] {
  const rows = wrapAnsi(heading ?? '', width, { hard: true }).split('\n');
  return rows.map((row) => palette.heading(row));
}

/** Joins the rows of two columns; pads the shorter column. */
function paired(
  left: readonly string[],
  right: readonly string[],
  leftWidth: number,
  palette: Palette,
): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [first, second] = [left[index] ?? '', right[index] ?? ''];
    const padding = ' '.repeat(leftWidth - stringWidth(first));
    return `${first}${padding}${palette.faint(second === '' ? gutter.trimEnd() : gutter)}${second}`;
  });
}

function ruledHeading(block: TextBlock, palette: Palette, width: number): string[] {
  const { heading } = block;
  if (heading === undefined) return [];
  const rest = width - stringWidth(heading) - 4;
  if (rest < 0) return headingRows(block, palette, width);
  const start = palette.faint('\u2500\u2500');
  return [`${start} ${palette.heading(heading)} ${palette.faint('\u2500'.repeat(rest))}`];
}

/**
 * Wraps text to rows of at most `width` columns. Continuation rows keep the indent of their line,
 * so lists and code keep their shape.
 */
export function wrap(pieces: readonly Piece[], palette: Palette, width: number): string[] {
  const wide = Math.max(narrowest, width);
  const expanded = pieces.map(({ text, kind }) => ({
    text: text.replaceAll('\t', ' '.repeat(tabWidth)),
    kind,
  }));
  const plain = expanded.map(({ text }) => text).join('');
  const painted = merged(expanded).map(({ text, kind }) => palette.token[kind](text));
  const paintedLines = painted.join('').split('\n');
  return plain.split('\n').flatMap((line, index) => {
    const indent = Math.min(line.length - line.trimStart().length, Math.floor(wide / 2));
    const rows = wrapAnsi(paintedLines[index]!, wide - indent, { hard: true }).split('\n');
    return rows.map((row) => (row === '' ? '' : ' '.repeat(indent) + row));
  });
}

/** Joins adjacent pieces of one kind: fewer escape sequences, and no split characters. */
function merged(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const { text, kind } of pieces) {
    const last = result.at(-1);
    if (last?.kind === kind) result[result.length - 1] = { text: last.text + text, kind };
    else result.push({ text, kind });
  }
  return result;
}
