import { type Block, type Span } from '../block.ts';
import { type Comment, type CommentLine } from './comment.ts';
import { commentInline } from './comment-inline.ts';
import {
  headOf,
  isDoctest,
  isEntrySection,
  isExampleSection,
  isFence,
  isHeading,
  isNumpyEntry,
} from './heads.ts';
import { isCode, isDirective, isDrawing } from './not-prose.ts';

const codeIndent = 4;
const longestLine = 2000;
const blockTags =
  /<\/?(?:summary|remarks|param|typeparam|returns|value|exception|example|para|list|item|term|description|listheader|p|ul|ol|li|dl|dt|dd|div|table|thead|tbody|tr|td|th|h[1-6]|br|hr|blockquote|pre|inheritdoc|include)\b[^<>]{0,300}>/giu;

interface Open {
  readonly lines: CommentLine[];
  readonly start: number;
  readonly kind: 'item' | 'comment';
  readonly indent: number;
  readonly hasHead: boolean;
}

/** Finds the paragraphs, items and descriptions of tags of a comment. */
export class CommentParagraphs {
  readonly #source: string;
  readonly #comment: Comment;
  readonly #bareTypes: boolean;
  readonly #blocks: Block[] = [];
  #open: Open | undefined;
  #stays: ((line: CommentLine) => boolean) | undefined;
  #section: number | undefined;
  #afterBlank = true;

  /** @param bareTypes whether tags have types without braces, as in PHP and Lua */
  constructor(source: string, comment: Comment, bareTypes: boolean) {
    this.#source = source;
    this.#comment = comment;
    this.#bareTypes = bareTypes;
  }

  find(): Block[] {
    const { lines } = this.#comment;
    for (const [index, line] of lines.entries()) this.#line(line, lines[index + 1]);
    this.#finish();
    return this.#blocks;
  }

  #line(line: CommentLine, next: CommentLine | undefined): void {
    if (this.#stays?.(line)) return this.#skip();
    this.#stays = undefined;
    if (line.text === '') {
      this.#finish();
      this.#afterBlank = true;
      return;
    }
    if (this.#isApart(line, next)) return this.#skip();
    const inSection = this.#section !== undefined && line.indent > this.#section;
    if (this.#section !== undefined && !inSection) this.#section = undefined;
    const head = headOf(line.text, this.#bareTypes, inSection);
    if (head?.kind === 'stays') return this.#skipTag(head.skips, line);
    if (head) this.#begin(line, head.length, head.kind === 'item' ? 'item' : 'comment', true);
    else this.#text(line);
    this.#afterBlank = false;
  }

  #skip(): void {
    this.#finish();
    this.#afterBlank = false;
  }

  #skipTag(skips: 'tag' | 'example', { indent }: CommentLine): void {
    this.#finish();
    this.#stays = (line) =>
      /^(?:[@\\]end(?:code|verbatim|dot))\b/u.test(line.text) ||
      (!/^[@\\:][A-Za-z]/u.test(line.text) &&
        (skips === 'example' || line.text !== '') &&
        line.indent >= indent);
  }

  /** Lines that stay, with what they say about the lines after them. */
  #isApart(line: CommentLine, next: CommentLine | undefined): boolean {
    const { text, indent } = line;
    if (isFence(text)) {
      let closed = false;
      this.#stays = (inside) => {
        if (closed) return false;
        closed = isFence(inside.text);
        return true;
      };
      return true;
    }
    if (isDoctest(text)) {
      this.#stays = (inside) => inside.text !== '';
      return true;
    }
    if (/<(pre|code)\b[^<>]*>(?!.*<\/\1>)/iu.test(text)) {
      let closed = false;
      this.#stays = (inside) => {
        if (closed) return false;
        closed = /<\/(?:pre|code)>/iu.test(inside.text);
        return true;
      };
      return true;
    }
    if (isExampleSection(text)) {
      const own = next && isDrawing(next.text) ? indent - 1 : indent;
      let first = true;
      this.#stays = (inside) => {
        const rule = first && own < indent;
        first = false;
        return rule || inside.text === '' || (inside.indent > indent && own === indent);
      };
      return true;
    }
    if (isEntrySection(text)) {
      this.#section = indent;
      return true;
    }
    if (/^\.\.\s/u.test(text) || (this.#afterBlank && text === '::')) {
      const isNote = /^\.\.\s(?:note|warning|tip|important|seealso)::/u.test(text);
      this.#stays = isNote ? undefined : (inside) => inside.text === '' || inside.indent > indent;
      return true;
    }
    if (next && isUnderline(next.text)) return true;
    return (
      text.length > longestLine ||
      isDrawing(text) ||
      isDirective(text) ||
      isHeading(text) ||
      (this.#comment.isDocstring && isNumpyEntry(text) && (next?.indent ?? 0) > indent)
    );
  }

  #text(line: CommentLine): void {
    const open = this.#open;
    if (!open) {
      const isIndentedCode =
        this.#afterBlank && !this.#comment.isDocstring && line.indent >= codeIndent;
      if (!isIndentedCode) this.#begin(line, 0, 'comment', false);
      return;
    }
    const continues = open.hasHead ? line.indent >= open.indent : line.indent === open.indent;
    if (continues) {
      open.lines.push(line);
      return;
    }
    // A line over deeper ones is a term, or a line about the code below it.
    const isTerm =
      this.#comment.isDocstring && line.indent > open.indent && open.lines.length === 1;
    if (isTerm && !/[.!?:]$/u.test(open.lines[0]!.text)) this.#open = undefined;
    this.#begin(line, 0, 'comment', false);
  }

  #begin(line: CommentLine, head: number, kind: Open['kind'], hasHead: boolean): void {
    this.#finish();
    this.#open = { lines: [line], start: line.start + head, kind, indent: line.indent, hasHead };
  }

  #finish(): void {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    const last = open.lines.at(-1)!;
    if (last.text.endsWith('::'))
      this.#stays = (line) => line.text === '' || line.indent > open.indent;
    const [start, end] = [open.start, last.end];
    const texts = open.lines.map(({ text }, index) =>
      index === 0 ? text.slice(start - open.lines[0]!.start) : text,
    );
    if (start >= end || isCode(texts.filter((text) => text !== ''))) return;
    const text = this.#source.slice(start, end);
    const breaks: Span[] = [...text.matchAll(blockTags)].map(({ index, 0: found }) => ({
      start: start + index,
      end: start + index + found.length,
    }));
    const markup = commentInline
      .find(text, start)
      .filter((piece) => breaks.every((tag) => tag.end <= piece.start || tag.start >= piece.end));
    const { kind } = open;
    const hanging = hangingOf(this.#source, this.#comment.prefix);
    this.#blocks.push({ start, end, kind, markup, breaks, hanging });
  }
}

const isUnderline = (text: string): boolean => /^(?:-{3,}|={3,}|~{3,}|\^{3,})$/u.test(text);

/** The place after the sign at the start of a line. */
export function hangingOf(source: string, prefix: RegExp): (lineStart: number) => number {
  return (lineStart) => {
    prefix.lastIndex = lineStart;
    return lineStart + (prefix.exec(source)?.[0].length ?? 0);
  };
}
