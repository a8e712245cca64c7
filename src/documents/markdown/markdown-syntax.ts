import type { Root } from 'mdast';
import { type Block, type Markup, type Span, type Syntax } from '../block.ts';
import { spanOf } from './inline-markup.ts';

/** Signs of new text that Markdown could read as markup. */
const special = /[\\`*[\]<|]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|~{1,2}|&(?=#?[\p{L}\p{N}]+;)/gu;
const lineSign = /^(?:[#+=>:-]|\d{1,9}[.)](?=$))/u;
const risky = /^(?:#{1,6}$|[+*-]$|[+-]{2,}$|=+$|>|:|\d{1,9}[.)]$|`{3}|~{3}|<|\||\[)/u;

/** @param blocksOf the blocks of another text */
export function markdownSyntax(
  source: string,
  tree: Root,
  blocksOf: (text: string) => readonly Block[],
): Syntax {
  // Units are filled one after another, most of them in the same part of the document.
  let draft: Reading | undefined;
  return {
    escape: (text, first) => {
      const escaped = text.replace(special, (signs) => signs.replace(/./gu, '\\$&'));
      return first ? escaped.replace(lineSign, escapeLine) : escaped;
    },
    mayStartLine: (word) => !risky.test(word),
    reads: (unit, filled) => {
      const around = contextOf(source, tree, unit);
      const text = (middle: string): string =>
        source.slice(around.start, unit.start) + middle + source.slice(unit.end, around.end);
      const links = definitionsOf(source, tree, around);
      const read = (part: string): Reading => ({ text: part, blocks: blocksOf(part + links) });
      const before = text(source.slice(unit.start, unit.end));
      if (before !== draft?.text) draft = read(before);
      return sameMarkup(draft, read(text(filled)), unit.start - around.start);
    },
  };
}

const escapeLine = (sign: string): string => `${sign.slice(0, -1)}\\${sign.slice(-1)}`;

/** The node of the document around a unit with its neighbours. */
function contextOf(source: string, { children }: Root, unit: Span): Span {
  const index = children.findIndex((child) => spanOf(child).end >= unit.end);
  const first = children[Math.max(0, index - 1)];
  const last = children[Math.min(children.length - 1, index + 1)];
  return {
    start: first ? lineStartOf(source, spanOf(first).start) : 0,
    end: last ? spanOf(last).end : source.length,
  };
}

const lineStartOf = (source: string, offset: number): number =>
  Math.max(source.lastIndexOf('\n', offset - 1), source.lastIndexOf('\r', offset - 1)) + 1;

/** Definitions outside a part of the document, to which its links refer. */
function definitionsOf(source: string, { children }: Root, around: Span): string {
  const texts = children.flatMap((child) => {
    const { start, end } = spanOf(child);
    if (child.type !== 'definition' && child.type !== 'footnoteDefinition') return [];
    return end <= around.start || start >= around.end ? [source.slice(start, end)] : [];
  });
  return texts.map((text) => `\n\n${text}`).join('');
}

interface Reading {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Whether two texts have the same blocks, and at a place blocks with the same markup. */
function sameMarkup(draft: Reading, rewrite: Reading, place: number): boolean {
  if (draft.blocks.length !== rewrite.blocks.length) return false;
  return draft.blocks.every((block, index) => {
    const other = rewrite.blocks[index]!;
    if (block.kind !== other.kind) return false;
    if (block.start > place || block.end <= place)
      return wordsIn(draft, block) === wordsIn(rewrite, other);
    return (
      block.start === other.start &&
      block.breaks?.length === other.breaks?.length &&
      markupIn(draft, block) === markupIn(rewrite, other)
    );
  });
}

const wordsIn = ({ text }: Reading, { start, end }: Span): string => text.slice(start, end);

/** The source of all markup of a block but escapes and entities, in no order. */
function markupIn({ text }: Reading, { markup }: Block): string {
  const source = ({ start, end, inner }: Markup): string =>
    inner
      ? `${text.slice(start, inner.start)} ${text.slice(inner.end, end)}`
      : text.slice(start, end);
  return markup
    .filter(({ as }) => as === undefined)
    .map(source)
    .sort()
    .join('\n');
}
