import { type Block } from '../block.ts';
import { rstInline } from './restructuredtext-inline.ts';
import {
  adornment,
  bullet,
  contentDirectives,
  directive,
  doctest,
  enumerator,
  explicit,
  field,
  footnote,
  gridTable,
  lineBlock,
  option,
  type RstLine,
  simpleTable,
  textDirectives,
} from './restructuredtext-lines.ts';
import { type UnitKind } from '../prose-unit.ts';

const deepest = 60;

/**
 * Gathers the paragraphs of reStructuredText. The parser that the registry has hangs on ordinary
 * documents and gives no columns, so this follows the specification itself. Where a document breaks
 * its rules, there is no block.
 */
export class RstFlow {
  readonly #source: string;
  readonly #lines: RstLine[];
  readonly blocks: Block[] = [];

  /** @param lines changed while it reads: what follows a marker becomes a line of its own */
  constructor(source: string, lines: RstLine[]) {
    this.#source = source;
    this.#lines = lines;
  }

  /** Reads the lines of `first` up to `last`, which are indented by at least the first one's. */
  body(first: number, last: number, kind: UnitKind = 'paragraph', depth = 0): void {
    let at = first;
    while (at < last && depth < deepest) {
      const line = this.#lines[at]!;
      if (line.text === '') at++;
      else at = this.#block(at, last, kind, depth);
    }
  }

  #end(at: number, last: number, ends: (line: RstLine) => boolean): number {
    let end = at + 1;
    while (end < last && (this.#lines[end]!.text === '' || !ends(this.#lines[end]!))) end++;
    return end;
  }

  #blankAfter(at: number, last: number): number {
    let end = at;
    while (end < last && this.#lines[end]!.text !== '') end++;
    return end;
  }

  /** Lines after `at` that are indented more. */
  #nestedEnd(at: number, last: number): number {
    const { indent } = this.#lines[at]!;
    return this.#end(at, last, (line) => line.indent <= indent);
  }

  /** @returns the line after the block at line `at` */
  #block(at: number, last: number, kind: UnitKind, depth: number): number {
    const { text } = this.#lines[at]!;
    const next = this.#lines[at + 1];
    if (explicit.test(text)) return this.#explicit(at, last, depth);
    if (bullet.test(text)) return this.#item(at, last, bullet.exec(text)![0].length, depth);
    const number = enumerator.exec(text);
    if (number && this.#isItem(at)) return this.#item(at, last, number[0].length, depth);
    if (field.test(text) || option.test(text)) return this.#nestedEnd(at, last);
    if (lineBlock.test(text) || doctest.test(text) || gridTable.test(text))
      return this.#blankAfter(at, last);
    if (simpleTable.test(text)) return this.#tableEnd(at, last);
    if (adornment.test(text)) return this.#adorned(at, last);
    if (next && at + 1 < last && next.text.length > 0 && next.indent === this.#lines[at]!.indent)
      if (adornment.test(next.text)) return at + 2;
    return this.#text(at, last, kind, depth);
  }

  #isItem(at: number): boolean {
    const line = this.#lines[at]!;
    const next = this.#lines[at + 1];
    return (
      next === undefined ||
      next.text === '' ||
      next.indent !== line.indent ||
      enumerator.test(next.text)
    );
  }

  /** A title with a line over it, or a transition. */
  #adorned(at: number, last: number): number {
    const below = this.#lines[at + 2];
    const titled = at + 2 < last && below !== undefined && adornment.test(below.text);
    if (titled) return at + 3;
    return this.#lines[at + 1]?.text ? this.#blankAfter(at, last) : at + 1;
  }

  #tableEnd(at: number, last: number): number {
    for (let line = at + 1; line < last; line++)
      if (
        /^=[= ]*$/u.test(this.#lines[line]!.text) &&
        (line + 1 === last || this.#lines[line + 1]!.text === '') &&
        line > at + 1
      )
        return line + 1;
    return last;
  }

  #item(at: number, last: number, marker: number, depth: number): number {
    const end = this.#nestedEnd(at, last);
    this.#cut(at, marker);
    this.body(at, end, 'item', depth + 1);
    return end;
  }

  /** Takes a marker off a line, so that the rest is a line with a deeper indentation. */
  #cut(at: number, marker: number): void {
    const line = this.#lines[at]!;
    const text = line.text.slice(marker);
    const indent = text === '' ? 0 : line.indent + marker;
    this.#lines[at] = { ...line, indent, text };
  }

  #explicit(at: number, last: number, depth: number): number {
    const { text } = this.#lines[at]!;
    const end = this.#nestedEnd(at, last);
    const note = footnote.exec(text);
    const name = directive.exec(text);
    if (note) {
      this.#cut(at, note[0].length);
      this.#realign(at, end);
      this.body(at, end, 'paragraph', depth + 1);
    } else if (name) this.#directive(at, end, name, depth);
    return end;
  }

  #directive(at: number, end: number, found: RegExpExecArray, depth: number): void {
    const name = found[1]!.split(':').at(-1)!;
    const isText = textDirectives.has(name);
    if (found[0].includes('|') || (!isText && !contentDirectives.has(name))) return;
    this.#cut(at, found[0].length);
    let first = at;
    if (isText && this.#lines[at]!.text !== '') {
      this.#realign(at, end);
    } else {
      first = isText ? at + 1 : this.#blankAfter(at, end);
      while (first < end && field.test(this.#lines[first]!.text)) first++;
    }
    this.body(first, end, 'paragraph', depth + 1);
  }

  /** The first line's words follow a marker: they count as indented like the lines after them. */
  #realign(at: number, end: number): void {
    const next = this.#lines[at + 1];
    if (at + 1 < end && next?.text) this.#lines[at] = { ...this.#lines[at]!, indent: next.indent };
  }

  #text(at: number, last: number, kind: UnitKind, depth: number): number {
    const { indent } = this.#lines[at]!;
    const stop = this.#blankAfter(at, last);
    const uneven = this.#lines.slice(at, stop).findIndex((line) => line.indent !== indent);
    if (uneven === 1 && this.#lines[at + 1]!.indent > indent) {
      const nested = this.#nestedEnd(at, last);
      if (!this.#lines[at]!.text.endsWith('::')) this.body(at + 1, nested, 'paragraph', depth + 1);
      return nested;
    }
    // Other uneven lines are an error in the document, or a body that ends without a blank line.
    if (uneven > 0 && this.#lines[at + uneven]!.indent > indent) return Math.max(stop, at + 1);
    const paragraphEnd = uneven > 0 ? at + uneven : stop;
    this.#add(at, paragraphEnd, kind);
    const literal = this.#lines[paragraphEnd - 1]!.text.endsWith('::');
    return literal ? this.#literalEnd(paragraphEnd, indent, last) : Math.max(paragraphEnd, at + 1);
  }

  #literalEnd(at: number, indent: number, last: number): number {
    let first = at;
    while (first < last && this.#lines[first]!.text === '') first++;
    const line = this.#lines[first];
    if (!line || first >= last) return last;
    if (line.indent > indent) return this.#end(first, last, ({ indent: own }) => own <= indent);
    return /^[!-/:-@[-`{-~]/u.test(line.text) ? this.#blankAfter(first, last) : first;
  }

  #add(at: number, end: number, kind: UnitKind): void {
    const first = this.#lines[at]!;
    const { end: stop } = this.#lines[end - 1]!;
    const start = first.end - first.text.length;
    const text = this.#source.slice(start, stop);
    this.blocks.push({ start, end: stop, kind, markup: rstInline.find(text, start) });
  }
}
