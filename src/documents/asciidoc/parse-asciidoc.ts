import { type AbstractBlock, load, NullLogger } from '@asciidoctor/core';
import { asciidocInline } from './asciidoc-inline.ts';
import { type Block, type Parsed, type Span } from '../block.ts';
import { type UnitKind } from '../prose-unit.ts';
import { readsBack } from '../reads-back.ts';

/** The parser's time grows with the square of a line; it needs the ends of a line only. */
const longestLine = 600;
const lineStartKept = 300;
const lineEndKept = 20;

/** What begins a block, a list item or a macro at the start of a line. */
const blockStart =
  /^(?:[*.]{1,6}(?=\s|$)|-(?=\s|$)|\d{1,9}[.)](?=\s|$)|[A-Za-z]\.(?=\s|$)|[IVXivx]{1,9}\)(?=\s|$)|<[\d.]+>|\/\/|\.\S|=+(?=\s|$)|[=\-_.*+/`|:,!]{4}|-{2,3}$|'{3}|:[\p{L}\d!]|\[|[|,:!]={3}|[a-z\d]+::|(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):|\+$|"""?)/u;
const checkbox = /^\[[ x*]\]\s+/u;
const definition = /(?:::|;;)(?=\s|$)/u;

/** The paragraphs and list items of an AsciiDoc document. Includes are never read. */
export async function parseAsciidoc(source: string): Promise<Parsed> {
  const lines = linesOf(source);
  const shadow = lines.map(({ text }, index) => shortened(text, index));
  const document = await load(shadow.join('\n'), {
    safe: 'secure',
    sourcemap: true,
    logger: new NullLogger(),
  });
  const finder = new ProseFinder(source, lines, shadow);
  finder.visit(document);
  const blocks = finder.blocks.sort((left, right) => left.start - right.start);
  const apart = blocks.filter(({ start }, index) => (blocks[index - 1]?.end ?? 0) <= start);
  return {
    blocks: apart,
    syntax: {
      mayStartLine: (word) => !blockStart.test(word),
      reads: readsBack(source, { blocks: apart, parse: unitBlocks }),
    },
  };
}

type Line = Span & { readonly text: string };

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  for (const { index, 0: text } of source.matchAll(/[^\r\n]*(?:\r\n?|\n|$)/gu)) {
    const words = text.replace(/[\r\n]+$/u, '');
    if (text !== '') lines.push({ start: index, end: index + words.length, text: words });
  }
  return lines;
}

/** What the parser needs of a line: equal titles would take it long to tell apart. */
function shortened(line: string, index: number): string {
  const title = /^(?:={1,6}|#{1,6})(?=\s+\S)/u.exec(line);
  if (title) return `${title[0]} title ${index}`;
  if (line.length <= longestLine) return line.trimEnd();
  return (line.slice(0, lineStartKept) + line.slice(-lineEndKept)).trimEnd();
}

/** The new source of a unit, which no block may begin in. */
function unitBlocks(source: string): Block[] {
  const lines = source.split(/\r\n?|\n/u);
  if (
    lines.some(
      (line) => blockStart.test(line.trim()) || definition.test(line) || / \+$/u.test(line),
    )
  )
    return [];
  const markup = asciidocInline.find(source, 0);
  return [{ start: 0, end: source.length, kind: 'paragraph', markup }];
}

/** Finds the places of a document's paragraphs and list items in its lines. */
class ProseFinder {
  readonly #source: string;
  readonly #lines: readonly Line[];
  readonly #shadow: readonly string[];
  readonly blocks: Block[] = [];

  constructor(source: string, lines: readonly Line[], shadow: readonly string[]) {
    this.#source = source;
    this.#lines = lines;
    this.#shadow = shadow;
  }

  visit(block: AbstractBlock): void {
    const waiting: unknown[] = [block];
    while (waiting.length > 0) {
      const next = waiting.pop();
      if (Array.isArray(next)) waiting.push(...(next as unknown[]));
      else if (isBlock(next)) {
        this.#prose(next);
        waiting.push(...next.getBlocks());
      }
    }
  }

  #prose(block: AbstractBlock): void {
    const context = block.getContext();
    const line = block.getLineNumber();
    if (line === undefined || block.hasOption('hardbreaks')) return;
    if (context === 'list_item') {
      // The public text of an item is converted already.
      const { _text: text } = block as AbstractBlock & { readonly _text?: string | null };
      if (text) this.#locate(line - 1, text.replace(checkbox, '').split('\n'), 'item');
    } else if (['paragraph', 'admonition', 'quote'].includes(context)) {
      const { lines } = block as AbstractBlock & { readonly lines?: readonly string[] };
      if (lines && lines.length > 0) this.#locate(line - 1, lines, 'paragraph');
    }
  }

  /** Text that the parser changed, or that is elsewhere, has no place and stays. */
  #locate(first: number, text: readonly string[], kind: UnitKind): void {
    const at = [first, first + 1, first + 2].find((line) =>
      this.#shadow[line]?.trimEnd().endsWith(text[0]!.trim()),
    );
    if (at === undefined) return;
    const breaks: Span[] = [];
    let line = at;
    for (const words of text) {
      for (; line > at && isComment(this.#shadow[line]); line++) breaks.push(this.#lines[line]!);
      const found = this.#shadow[line]?.trim();
      if (
        found === undefined ||
        (line > at ? found !== words.trim() : !found.endsWith(words.trim()))
      )
        return;
      if (/ \+$/u.test(found)) {
        const { end } = this.#lines[line]!;
        breaks.push({ start: this.#source.lastIndexOf(' +', end), end });
      }
      line++;
    }
    this.#add(at, line - 1, text[0]!.trim(), kind, breaks);
  }

  #add(first: number, last: number, words: string, kind: UnitKind, breaks: Span[]): void {
    const marker = this.#shadow[first]!.trimEnd().length - words.length;
    const start = this.#lines[first]!.start + marker;
    const { end } = this.#lines[last]!;
    const text = this.#source.slice(start, end);
    if (/^(?:include|ifdef|ifndef|ifeval|endif)::/mu.test(text)) return;
    this.blocks.push({ start, end, kind, markup: asciidocInline.find(text, start), breaks });
  }
}

const isBlock = (node: unknown): node is AbstractBlock =>
  typeof node === 'object' && node !== null && 'getContext' in node;

const isComment = (line: string | undefined): boolean =>
  line !== undefined && /^\/\/(?!\/)/u.test(line);
