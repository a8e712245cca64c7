import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { type Block, type DocumentParser, type Span } from '../block.ts';
import { type UnitKind } from '../prose-unit.ts';
import { atoms, blockNames, type HtmlNode, skipped } from './elements.ts';
import { htmlMarkup, templatesIn } from './html-markup.ts';

type HtmlParent = DefaultTreeAdapterTypes.ParentNode;

/** Parses HTML: text of elements is prose; tags, scripts, code and preformatted text stay. */
export const parseHtml: DocumentParser = (source) => {
  const document = parse(source, { sourceCodeLocationInfo: true });
  const withBlocks = elementsWithBlocks(document);
  const blocks: Block[] = [];
  const open: HtmlParent[] = [document];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    let run: HtmlNode[] = [];
    const inner: HtmlParent[] = [];
    for (const child of [...parent.childNodes, undefined]) {
      if (child && isInline(child, withBlocks)) {
        run.push(child);
        continue;
      }
      const block = blockOf(source, run, kindOf(parent));
      if (block) blocks.push(block);
      run = [];
      if (child && 'childNodes' in child && !skipped.has(child.tagName)) inner.push(child);
    }
    for (const child of inner.reverse()) open.push(child);
  }
  blocks.sort((left, right) => left.start - right.start);
  return { blocks: withoutOverlaps(blocks), syntax: { escape, reads: reads(source) } };
};

const escape = (text: string): string =>
  text.replace(/<|&(?=#?\w)/gu, (sign) => (sign === '<' ? '&lt;' : '&amp;'));

/** Whether new text has no more templates than the draft. */
const reads = (source: string) => (unit: Span, filled: string) =>
  templatesIn(filled, { start: 0, end: filled.length }).length === templatesIn(source, unit).length;

/** Elements in which a block element is, however deep. */
function elementsWithBlocks(document: HtmlParent): Set<HtmlParent> {
  const found = new Set<HtmlParent>();
  const open: HtmlParent[] = [document];
  for (let parent = open.pop(); parent; parent = open.pop())
    for (const child of parent.childNodes) {
      if (!('childNodes' in child)) continue;
      open.push(child);
      if (!blockNames.has(child.tagName)) continue;
      for (
        let above: HtmlParent | null = parent;
        above && !found.has(above);
        above = 'parentNode' in above ? above.parentNode : null
      )
        found.add(above);
    }
  return found;
}

function isInline(node: HtmlNode, withBlocks: ReadonlySet<HtmlParent>): boolean {
  if (!('tagName' in node)) return node.nodeName !== '#documentType';
  if (atoms.has(node.tagName)) return true;
  return !blockNames.has(node.tagName) && !skipped.has(node.tagName) && !withBlocks.has(node);
}

function kindOf(parent: HtmlParent): UnitKind {
  const name = 'tagName' in parent ? parent.tagName : '';
  if (/^h[1-6]$/u.test(name)) return 'heading';
  if (name === 'li') return 'item';
  return name === 'td' || name === 'th' ? 'cell' : 'paragraph';
}

function blockOf(source: string, nodes: readonly HtmlNode[], kind: UnitKind): Block | undefined {
  const run = nodes.slice(nodes.findIndex(hasContent), nodes.findLastIndex(hasContent) + 1);
  const places = run.flatMap(({ sourceCodeLocation: place }) =>
    place ? [{ start: place.startOffset, end: place.endOffset }] : [],
  );
  if (places.length === 0) return undefined;
  const start = leastOf(places.map((place) => place.start));
  const end = mostOf(places.map((place) => place.end));
  return { start, end, kind, ...htmlMarkup(source, run, { start, end }) };
}

// Not Math.min(...values): a call takes no hundred thousand arguments.
const leastOf = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value));

const mostOf = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value));

/** Not a comment, or white space. */
const hasContent = (node: HtmlNode): boolean =>
  'childNodes' in node || ('value' in node && node.value.trim() !== '');

/** The parser moves misplaced nodes, so that blocks may overlap: such blocks stay. */
function withoutOverlaps(blocks: readonly Block[]): Block[] {
  const clear: Block[] = [];
  let end = 0;
  for (const [index, block] of blocks.entries()) {
    const next = blocks[index + 1];
    if (block.start >= end && (!next || next.start >= block.end)) clear.push(block);
    end = Math.max(end, block.end);
  }
  return clear;
}
