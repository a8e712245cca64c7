import { type Markup, type Span } from '../block.ts';
import { entityCharacter } from '../characters.ts';
import { atoms, type HtmlElement, type HtmlNode } from './elements.ts';

const template = /\{\{[^}]{0,500}\}\}|\{%[^%]{0,500}%\}|<[%?][^>]{0,500}>|\$\{[^}]{0,200}\}/gu;
const entity = /&#?\w{1,40};/gu;

/** Expressions of template languages over HTML. */
export const templatesIn = (source: string, span: Span): Span[] => places(source, span, template);

function places(source: string, { start, end }: Span, pattern: RegExp): Span[] {
  return [...source.slice(start, end).matchAll(pattern)].map(({ index, 0: { length } }) => ({
    start: start + index,
    end: start + index + length,
  }));
}

/**
 * Tags, entities, comments and atoms of inline nodes; `<br>` is a break.
 * @param span of the nodes
 */
export function htmlMarkup(
  source: string,
  nodes: readonly HtmlNode[],
  span: Span,
): { markup: readonly Markup[]; breaks: readonly Span[] } {
  const markup: Markup[] = [];
  const breaks: Span[] = [];
  const texts: Span[] = [];
  const withWords = elementsWithWords(nodes);
  const open = [...nodes];
  for (let node = open.pop(); node; node = open.pop()) {
    const place = node.sourceCodeLocation;
    if (!place) continue;
    const whole = { start: place.startOffset, end: place.endOffset };
    if (!('tagName' in node)) (node.nodeName === '#text' ? texts : markup).push(whole);
    else if (node.tagName === 'br') breaks.push(whole);
    else if (atoms.has(node.tagName) || !withWords.has(node)) markup.push(whole);
    else {
      markup.push(...tagsOf(node, whole));
      for (const child of node.childNodes) open.push(child);
    }
  }
  const strays = uncovered(source, span, [...texts, ...breaks, ...markup.flatMap(endsOf)]);
  const signs = texts.flatMap((text) => signsIn(source, text));
  return { markup: [...markup, ...strays, ...signs], breaks };
}

const endsOf = ({ start, end, inner }: Markup): Span[] =>
  inner
    ? [
        { start, end: inner.start },
        { start: inner.end, end },
      ]
    : [{ start, end }];

/** Source that has no node, such as an end tag without a start. */
function uncovered(source: string, { start, end }: Span, pieces: readonly Span[]): Span[] {
  const found: Span[] = [];
  const ordered = [...pieces].sort((left, right) => left.start - right.start);
  let position = start;
  for (const piece of [...ordered, { start: end, end }]) {
    if (source.slice(position, piece.start).trim() !== '')
      found.push({ start: position, end: piece.start });
    position = Math.max(position, piece.end);
  }
  return found;
}

/** Templates in text, and entities outside them. */
function signsIn(source: string, text: Span): Markup[] {
  const templates = templatesIn(source, text);
  const entities = places(source, text, entity).filter(
    (found) => !templates.some(({ start, end }) => start <= found.start && found.end <= end),
  );
  return [...templates, ...entities.map((found) => withCharacter(source, found))];
}

function withCharacter(source: string, { start, end }: Span): Markup {
  const as = entityCharacter(source.slice(start, end));
  return { start, end, ...(as !== undefined && { as }) };
}

/** A pair, or the start tag alone where the end tag is implied. */
function tagsOf({ sourceCodeLocation: place }: HtmlElement, whole: Span): Markup[] {
  const startTag = place?.startTag;
  if (!startTag) return [];
  const inner = { start: startTag.endOffset, end: place.endTag?.startOffset ?? whole.end };
  if (place.endTag) return [{ ...whole, inner }];
  return [{ start: startTag.startOffset, end: startTag.endOffset }];
}

/** Elements among nodes that hold words, however deep. */
function elementsWithWords(nodes: readonly HtmlNode[]): Set<unknown> {
  const found = new Set<unknown>();
  const open = [...nodes];
  for (let node = open.pop(); node; node = open.pop()) {
    if ('childNodes' in node) for (const child of node.childNodes) open.push(child);
    if (!('value' in node) || !/\p{L}/u.test(node.value)) continue;
    for (let above = node.parentNode; above && !found.has(above);) {
      found.add(above);
      above = 'parentNode' in above ? above.parentNode : null;
    }
  }
  return found;
}
