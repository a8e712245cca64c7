import type { Nodes, Parents } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { linkSpans } from '../../../facts/links.ts';
import { RecentTexts } from './recent-texts.ts';

/** Stands in a sentence for code or a link; it has no letter, and is parsed as a noun. */
export const placeholder = '\uFFFC';

/** A part of a text, and what replaces it. */
interface Cut {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

const recent = new RecentTexts<string>(64);

/** Only texts with one of these can contain code, links or tags. */
const markdownSigns = /[`<\]]|~~~/u;
/** Only texts with one of these can contain a bare link. */
const linkSigns = /@|:\/\/|[\p{L}\p{N}]\.\p{L}/u;

/**
 * The prose of a text, which is all that measures of words read. Code and bare links become
 * placeholders; code blocks, targets and titles of links, definitions of links and HTML tags are
 * removed, and the text of a link stays. So it is with code or a link at the end that is not closed
 * yet. Texts without any of these are returned unchanged.
 */
export function proseOf(text: string): string {
  if (!markdownSigns.test(text) && !linkSigns.test(text)) return text;
  return recent.getOrCompute(text, (whole) => {
    const prose = markdownSigns.test(whole) ? withoutMarkdown(whole) : whole;
    if (!linkSigns.test(prose)) return prose;
    const links = linkSpans(prose).map(([start, end]) => ({ start, end, by: placeholder }));
    return applied(prose, links);
  });
}

function withoutMarkdown(text: string): string {
  return withoutOpenEnd(applied(text, markdownCuts(text)));
}

/** One back tick before a word, as in code; not the quotation marks of `this' kind. */
const openCode = /(?<=^|[\s(])`(?=[^\s`'])[^`'\n]{0,80}$/u;

/** Text that is still being written may stop in code or in the target of a link. */
function withoutOpenEnd(prose: string): string {
  const target = prose.lastIndexOf('](');
  if (target >= 0 && !/[\s)]/u.test(prose.slice(target))) return prose.slice(0, target);
  return prose.replace(openCode, placeholder);
}

/** Applies cuts that may contain others; the outermost counts. */
function applied(text: string, cuts: readonly Cut[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, by } of [...cuts].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    result += text.slice(at, start) + by;
    at = end;
  }
  return result + text.slice(at);
}

/**
 * Only what code, links and HTML need is parsed: the time for nested blocks and emphasis grows with
 * their square. Indented text stays prose, because a reply may be indented and its code is fenced.
 */
const disabled = [
  'attention',
  'blockQuote',
  'codeIndented',
  'headingAtx',
  'list',
  'setextUnderline',
];
const extensions = [{ disable: { null: [...disabled, 'thematicBreak'] } }];

function markdownCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  const open: Nodes[] = [fromMarkdown(text, { extensions })];
  for (let node = open.pop(); node; node = open.pop()) {
    cuts.push(...cutsOf(node, text));
    if ('children' in node) open.push(...node.children);
  }
  return cuts;
}

function cutsOf(node: Nodes, text: string): Cut[] {
  const [start, end] = placeOf(node);
  switch (node.type) {
    case 'inlineCode':
      return [{ start, end, by: placeholder }];
    case 'code':
      return [{ start, end, by: '\n' }];
    case 'definition':
      return [{ start, end, by: '' }];
    case 'html':
      return tagsIn(text.slice(start, end), start);
    case 'image':
    case 'imageReference':
      return [{ start, end, by: node.alt ?? '' }];
    case 'link':
    case 'linkReference':
      return aroundChildren(node, start, end);
    default:
      return [];
  }
}

function placeOf({ position }: Nodes): [start: number, end: number] {
  return [position?.start.offset ?? 0, position?.end.offset ?? 0];
}

/** An HTML node is one tag in a sentence, or whole lines with the text between the tags. */
function tagsIn(html: string, start: number): Cut[] {
  return Array.from(html.matchAll(/<!--[^]*?(?:-->|$)|<[^>]*>/gu), (tag) => ({
    start: start + tag.index,
    end: start + tag.index + tag[0].length,
    by: '',
  }));
}

/** The brackets of a link and its target; all of a link that shows its own target. */
function aroundChildren(node: Parents, start: number, end: number): Cut[] {
  const [first, last] = [node.children[0], node.children.at(-1)];
  if (!first || !last) return [{ start, end, by: '' }];
  const [from, to] = [placeOf(first)[0], placeOf(last)[1]];
  const shown = first.type === 'text' && first === last ? first.value : undefined;
  const isAutolink =
    node.type === 'link' && shown !== undefined && node.url.replace(/^mailto:/u, '') === shown;
  if (isAutolink) return [{ start, end, by: placeholder }];
  return [
    { start, end: from, by: '' },
    { start: to, end, by: '' },
  ];
}
