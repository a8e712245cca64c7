import { type CommentLanguage } from './languages.ts';
import { type CodeLine, type Grammar, type StateStack } from './grammar.ts';
import { type Span } from '../block.ts';

/** A comment or docstring: to the end of its line, or between two signs. */
export interface Region extends Span {
  readonly form: 'line' | 'block';
  readonly open: string;
  readonly close: string;
}

/** VS Code does not read longer lines either; the time of some patterns grows with the square. */
const longestLine = 5000;
/**
 * Milliseconds for a line, far above what one takes: the first ones compile the grammar's patterns.
 * Where it is not enough, the rest of the document stays.
 */
const lineTime = 10_000;

/** Finds the comments and docstrings of a document, in order. */
export class RegionFinder {
  readonly #language: CommentLanguage;
  readonly #source: string;
  readonly #found: Region[] = [];
  #open: Region | undefined;

  constructor(language: CommentLanguage, source: string) {
    this.#language = language;
    this.#source = source;
  }

  find(grammar: Grammar, lines: readonly CodeLine[]): Region[] {
    let state: StateStack | null = null;
    for (const line of lines) {
      if (line.text.length > longestLine) {
        if (this.#open || mayChangeState(line.text)) break;
        continue;
      }
      const read = grammar.tokenizeLine(line.text, state, lineTime);
      if (read.stoppedEarly) break;
      state = read.ruleStack;
      for (const token of read.tokens) {
        const start = line.start + Math.min(token.startIndex, line.text.length);
        const end = line.start + Math.min(token.endIndex, line.text.length);
        this.#token({ start, end }, token.scopes);
      }
      if (this.#open?.form === 'line') this.#close();
    }
    this.#close();
    return this.#found;
  }

  #token({ start, end }: Span, scopes: readonly string[]): void {
    if (!scopes.some(isComment)) {
      if (start < end && /\S/u.test(this.#source.slice(start, end))) this.#close();
      return;
    }
    if (this.#open && this.#isClosed()) this.#close();
    if (this.#open) this.#open = { ...this.#open, end };
    else this.#begin(start, end);
  }

  #begin(start: number, end: number): void {
    const text = this.#source.slice(start, Math.min(end, start + 200));
    const own = start + text.length - text.trimStart().length;
    if (own >= end) return;
    const after = this.#source.slice(own, own + 12);
    const block = this.#language.block.find(([open]) => matchesOpen(after, open));
    const line = this.#language.line.find((sign) => after.startsWith(sign));
    if (block) {
      const [open, close] = block;
      const prefix = /^[rRuUbB]{1,2}(?=["'])/u.exec(after)?.[0] ?? '';
      this.#open = { start: own, end, form: 'block', open: prefix + open, close };
    } else if (line) this.#open = { start: own, end, form: 'line', open: line, close: '' };
    // A comment in a form that the table lacks is a region without prose.
    else {
      const form = after.startsWith('#!') ? 'line' : 'block';
      this.#open = { start: own, end, form, open: '', close: '' };
    }
  }

  #isClosed(): boolean {
    const { start, end, form, open, close } = this.#open!;
    if (form === 'line' || close === '') return false;
    return end - start >= open.length + close.length && this.#endsWith(end, close);
  }

  #endsWith(end: number, text: string): boolean {
    return this.#source.slice(end - text.length, end) === text;
  }

  #close(): void {
    const region = this.#open;
    this.#open = undefined;
    if (!region || region.open === '') return;
    if (region.form === 'line' || this.#isWhole(region)) this.#found.push(region);
  }

  /** Whether the closing sign stands at the end of a region only, and the opening at its start. */
  #isWhole({ start, end, open, close }: Region): boolean {
    const inner = this.#source.slice(start + open.length, end - close.length);
    if (end - start < open.length + close.length || !this.#endsWith(end, close)) return false;
    return !inner.includes(close) && (open === close || !inner.includes(open));
  }
}

const isComment = (scope: string): boolean =>
  /^comment(?:\.|$)|^string\.quoted\.docstring/u.test(scope);

const matchesOpen = (text: string, open: string): boolean =>
  text.startsWith(open) ||
  ((open === '"""' || open === "'''") &&
    /^[rRuUbB]{1,2}/u.test(text) &&
    text.replace(/^[rRuUbB]{1,2}/u, '').startsWith(open));

/** Whether a line that was not read may begin or end a string or a comment of more lines. */
const mayChangeState = (line: string): boolean =>
  /\/\*|\*\/|<!--|-->|"""|'''|`|\{-|-\}|\(\*|\*\)|<#|#>|#=|=#|\[\[|\]\]|<</u.test(line);
