import type { Nodes, Parents, PhrasingContent, Root } from 'mdast';
import { type Block, type DocumentParser, type Parsed, type Span } from '../block.ts';
import { type UnitKind } from '../prose-unit.ts';
import { linesOf } from '../white-space.ts';
import { checkReadable } from './check-readable.ts';
import { inlineMarkup, spanOfAll } from './inline-markup.ts';
import { isDirective, markerIn } from './literals.ts';
import { markdownSyntax } from './markdown-syntax.ts';
import { markdownTree } from './syntax-tree.ts';

/** Parses CommonMark with GFM, front matter, math, footnotes and definition lists. */
export const parseMarkdown: DocumentParser = (source) => parse(source, false);

/** Parses MDX as Markdown in which JSX, expressions and ESM stay. */
export const parseMdx: DocumentParser = (source) => parse(source, true);

function parse(source: string, mdx: boolean): Parsed {
  checkReadable(source);
  const tree = markdownTree(source);
  const blocks = blocksOf(source, tree, mdx);
  return {
    blocks,
    syntax: markdownSyntax(source, tree, (text) => blocksOf(text, markdownTree(text), mdx)),
  };
}

interface Place {
  readonly node: Nodes;
  readonly parent: Parents | undefined;
  /** How many block quotes are around it. */
  readonly quotes: number;
}

function blocksOf(source: string, tree: Root, mdx: boolean): Block[] {
  const blocks: Block[] = [];
  const open: Place[] = [{ node: tree, parent: undefined, quotes: 0 }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { node, quotes } = place;
    if (!('children' in node)) continue;
    const kind = kindOf(place);
    if (kind) {
      const block = blockOf(source, node.children as PhrasingContent[], kind, quotes, mdx);
      if (block) blocks.push(block);
      continue;
    }
    const inner = node.type === 'blockquote' ? quotes + 1 : quotes;
    for (const child of node.children.toReversed())
      open.push({ node: child, parent: node, quotes: inner });
  }
  return blocks;
}

/** The kind of a node that holds words; undefined for what holds other blocks. */
function kindOf({ node, parent }: Place): UnitKind | undefined {
  switch (node.type as string) {
    case 'paragraph':
      return parent?.type === 'listItem' ? 'item' : 'paragraph';
    case 'heading':
    case 'defListTerm':
      return 'heading';
    case 'tableCell':
      return 'cell';
    default:
      return undefined;
  }
}

function blockOf(
  source: string,
  nodes: readonly PhrasingContent[],
  kind: UnitKind,
  quotes: number,
  mdx: boolean,
): Block | undefined {
  if (nodes.length === 0) return undefined;
  const span = spanOfAll(nodes);
  if (mdx && /^(?:import|export)\s/u.test(source.slice(span.start, span.start + 8)))
    return undefined;
  const hanging = (lineStart: number): number => afterContainers(source, lineStart, quotes);
  const { markup, breaks } = inlineMarkup(source, nodes, span, mdx);
  const block: Block = { ...span, kind, markup, hanging };
  return { ...block, breaks: [...breaks, ...lineBreaks(source, block)] };
}

/** The place after indentation and the signs of block quotes. */
function afterContainers(source: string, lineStart: number, quotes: number): number {
  let position = afterBlanks(source, lineStart);
  for (let quote = 0; quote < quotes && source[position] === '>'; quote++)
    position = afterBlanks(source, position + 1);
  return position;
}

function afterBlanks(source: string, start: number): number {
  let position = start;
  while (source[position] === ' ' || source[position] === '\t') position++;
  return position;
}

/** Lines of directives in a paragraph, and markers that are no list, with white space around. */
function lineBreaks(source: string, block: Block): Span[] {
  const lines = linesOf(source, block, block);
  return lines.flatMap(({ start, text }, index) => {
    const before = lines[index - 1]?.end ?? block.start;
    const marker = markerIn(text);
    if (isDirective(text) || isDirective(text.slice(marker.length)))
      return [{ start: before, end: lines[index + 1]?.start ?? block.end }];
    return marker === '' ? [] : [{ start: before, end: start + marker.length }];
  });
}
