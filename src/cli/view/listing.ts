import wrapAnsi from 'wrap-ansi';
import type { Session } from '../session.ts';
import { printable } from '../../protocol/printable.ts';
import { paletteFor, type Palette } from './token-style.ts';

/** A term and the lines that describe it. */
export interface Item {
  readonly term: string;
  readonly lines: readonly string[];
}

const indent = 2;

/** Rows of at most `width` columns: each term with its lines below it. */
export function listing(items: readonly Item[], palette: Palette, width: number): string[] {
  const room = Math.max(1, width - indent);
  return items.flatMap(({ term, lines }) => [
    palette.heading(printable(term)),
    ...lines
      .flatMap((line) => wrapAnsi(printable(line), room, { hard: true }).split('\n'))
      .map((row) => ' '.repeat(indent) + row),
  ]);
}

/** Columns of a listing in a pipe or file. */
const pipedWidth = 100;

/** Prints a listing on standard output, as wide as the terminal. */
export function printItems(session: Session, items: readonly Item[]): void {
  const { stdout, env } = session.process;
  const width = session.isTerminal ? stdout.columns - 1 : pipedWidth;
  session.print(listing(items, paletteFor(session.isTerminal, env), width).join('\n'));
}
