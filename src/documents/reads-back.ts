import { type Block, type Markup, type Span, type Syntax } from './block.ts';

interface ReadingBack {
  /** The document's blocks. */
  readonly blocks: readonly Block[];
  /** Parses the new source of a unit by itself. */
  readonly parse: (source: string, unit: Span) => readonly Block[];
}

/**
 * Checks that the new source of a unit is one block with the draft's markup and no other: words
 * that became markup would change how the document looks.
 */
export function readsBack(
  document: string,
  { blocks, parse }: ReadingBack,
): NonNullable<Syntax['reads']> {
  return (unit, source) => {
    const block = blockAround(blocks, unit);
    const [read, ...others] = parse(source, unit);
    if (!block || !read || others.length > 0 || (read.breaks ?? []).length > 0) return false;
    if (read.start !== 0 || read.end !== source.length) return false;
    const inside = block.markup.filter(({ start, end }) => start >= unit.start && end <= unit.end);
    const [before, after] = [piecesOf(document, inside), piecesOf(source, read.markup)];
    return before.length === after.length && before.every((piece, at) => piece === after[at]);
  };
}

function blockAround(blocks: readonly Block[], unit: Span): Block | undefined {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (blocks[middle]!.end < unit.end) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low];
  return block && block.start <= unit.start ? block : undefined;
}

/** The source of markup that stands for no plain character, sorted. */
const piecesOf = (source: string, markup: readonly Markup[]): string[] =>
  markup
    .filter(({ as }) => as === undefined)
    .map(({ start, end, inner }) =>
      inner
        ? `${source.slice(start, inner.start)}\0${source.slice(inner.end, end)}`
        : source.slice(start, end),
    )
    .sort();
