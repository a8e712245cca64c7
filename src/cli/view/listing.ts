import wrapAnsi from 'wrap-ansi';
import { printable } from './printable.ts';
import type { Palette } from './token-style.ts';

/** A term and what is said of it, a line or more. */
export interface Item {
  readonly term: string;
  readonly lines: readonly string[];
}

const indent = 2;

/** Rows of at most `width` columns: each term, and below it what is said of it. */
export function listing(items: readonly Item[], palette: Palette, width: number): string[] {
  const room = Math.max(1, width - indent);
  return items.flatMap(({ term, lines }) => [
    palette.heading(printable(term)),
    ...lines
      .flatMap((line) => wrapAnsi(printable(line), room, { hard: true }).split('\n'))
      .map((row) => ' '.repeat(indent) + row),
  ]);
}
