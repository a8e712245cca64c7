import type { Nodes, PhrasingContent } from 'mdast';
import { type Markup, type Span } from '../block.ts';
import { literalsIn, signsIn } from './literals.ts';

/** What is not words in the phrasing content of a block. */
export interface InlineMarkup {
  readonly markup: readonly Markup[];
  readonly breaks: readonly Span[];
}

export const spanOf = (node: Nodes): Span => ({
  start: node.position!.start.offset!,
  end: node.position!.end.offset!,
});

export const spanOfAll = (nodes: readonly Nodes[]): Span => ({
  start: spanOf(nodes[0]!).start,
  end: spanOf(nodes.at(-1)!).end,
});

/** @param span of the nodes in the source */
export function inlineMarkup(
  source: string,
  nodes: readonly PhrasingContent[],
  span: Span,
  mdx: boolean,
): InlineMarkup {
  const found: Found = { lone: [], pairs: [], breaks: [], signs: [] };
  collect(source, nodes, found);
  const literals = outside(literalsIn(source, span, mdx), found.lone);
  const taken = literals.filter(({ inner }) => !inner);
  const markup = [
    ...literals,
    ...outside(found.lone, taken),
    ...outside(found.pairs, taken),
    ...outside(found.signs, taken),
  ];
  return { markup, breaks: found.breaks };
}

interface Found {
  readonly lone: Markup[];
  readonly pairs: Markup[];
  readonly breaks: Span[];
  readonly signs: Markup[];
}

/** Markup nested deeper is one piece. */
const deepest = 50;

function collect(source: string, nodes: readonly PhrasingContent[], found: Found, depth = 0): void {
  const tags: { name: string; span: Span }[] = [];
  for (const node of nodes) {
    const span = spanOf(node);
    if (node.type === 'text') for (const sign of signsIn(source, span)) found.signs.push(sign);
    else if (node.type === 'break') found.breaks.push(span);
    else if (node.type === 'html') addTag(source.slice(span.start, span.end), span, tags, found);
    else if ('children' in node && depth < deepest && isPair(source, node.children, node)) {
      found.pairs.push({ ...span, inner: spanOfAll(node.children) });
      collect(source, node.children, found, depth + 1);
    } else found.lone.push(span);
  }
  for (const tag of tags) found.lone.push(tag.span);
}

/** Whether words stand between the ends of a node, and are not a reference themselves. */
function isPair(source: string, children: readonly Nodes[], node: PhrasingContent): boolean {
  if (children.length === 0) return false;
  if (node.type === 'linkReference' && node.referenceType !== 'full') return false;
  if (!children.some((child) => hasWords(child, deepest))) return false;
  const [span, inner] = [spanOf(node), spanOfAll(children)];
  return node.type !== 'link' || (inner.start > span.start && source[span.start] === '[');
}

const hasWords = (node: Nodes, depth: number): boolean =>
  node.type === 'text'
    ? /[\p{L}\p{N}]/u.test(node.value)
    : 'children' in node && depth > 0 && node.children.some((child) => hasWords(child, depth - 1));

const tagName = /^<(\/?)([A-Za-z][\w.-]*)[^]*?(\/?)>$/u;

/** `<b>` and `</b>` among the same nodes are a pair, `<br>` is a break, other tags are lone. */
function addTag(
  text: string,
  span: Span,
  open: { name: string; span: Span }[],
  found: Found,
): void {
  const [, slash, name = '', self] = tagName.exec(text) ?? [];
  const lower = name.toLowerCase();
  if (lower === 'br') found.breaks.push(span);
  else if (name === '' || self === '/') found.lone.push(span);
  else if (slash !== '/') open.push({ name: lower, span });
  else if (open.at(-1)?.name === lower) {
    const start = open.pop()!.span;
    found.pairs.push({
      start: start.start,
      end: span.end,
      inner: { start: start.end, end: span.start },
    });
  } else found.lone.push(span);
}

/** The pieces that do not lie in others. */
function outside(pieces: readonly Markup[], others: readonly Span[]): Markup[] {
  if (others.length === 0) return [...pieces];
  const sorted = [...others].sort((left, right) => left.start - right.start);
  const ends = runningMax(sorted.map(({ end }) => end));
  return pieces.filter((piece) => {
    const before = countUpTo(sorted, piece.start);
    return before === 0 || ends[before - 1]! < piece.end;
  });
}

function runningMax(values: readonly number[]): number[] {
  let most = 0;
  return values.map((value) => (most = Math.max(most, value)));
}

/** How many spans begin at or before a place. */
function countUpTo(spans: readonly Span[], place: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.start <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
