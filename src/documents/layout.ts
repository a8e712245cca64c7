import { type Syntax } from './block.ts';
import { type Gap } from './spaces.ts';

/** How the lines of a draft are set. */
export interface Layout {
  /** `line`: one line. `sentences`: one line a sentence. `width`: lines filled up to a width. */
  readonly mode: 'line' | 'sentences' | 'width';
  /** Of the longest line with its start, in UTF-16 units. */
  readonly width: number;
  /** UTF-16 units before the first word on its line. */
  readonly indent: number;
  readonly lineEnd: string;
  /** The start of each further line. */
  readonly hanging: readonly string[];
}

const closing = `["'”’»)\\]*_]*`;
const sentenceEnd = new RegExp(`[.!?…:]${closing}$`, 'u');
const sentenceStart = /^[^\p{L}]*\p{Lu}/u;
/** A line that is this full ends where the draft's line ended. */
const fullEnough = 0.7;

const endsSentence = (word: string, next: string | undefined): boolean =>
  sentenceEnd.test(word) && (next === undefined || sentenceStart.test(next));

/**
 * @param words source of each word
 * @param gaps white space after each word but the last
 * @param indent UTF-16 units before the first word on its line
 */
export function layoutOf(words: readonly string[], gaps: readonly Gap[], indent: number): Layout {
  const hanging: string[] = [];
  let lineEnd: string | undefined;
  let [column, width, bySentence] = [indent, 0, true];
  for (const [index, word] of words.entries()) {
    column = columnAfter(column, word);
    width = Math.max(width, column);
    const gap = gaps[index]?.source ?? '';
    const breaks = isLineBreak(gap);
    if (endsSentence(word, words[index + 1]) !== (breaks || index === gaps.length))
      bySentence = false;
    if (breaks) {
      lineEnd ??= /\r?\n|\r/u.exec(gap)![0];
      hanging.push(lastLine(gap));
    }
    column = columnAfter(column, gap);
  }
  const mode = hanging.length === 0 ? 'line' : bySentence ? 'sentences' : 'width';
  return { mode, width, indent, lineEnd: lineEnd ?? '\n', hanging };
}

const isLineBreak = (gap: string): boolean => gap.includes('\n') || gap.includes('\r');

const lastLine = (text: string): string =>
  text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);

const columnAfter = (column: number, text: string): number =>
  isLineBreak(text) ? lastLine(text).length : column + text.length;

/** Sets words in lines as a draft's are set. */
export class LineSetter {
  readonly #layout: Layout;
  readonly #mayStartLine: NonNullable<Syntax['mayStartLine']>;
  #out = '';
  #column = 0;
  #lines = 0;

  constructor(layout: Layout, { mayStartLine }: Syntax) {
    this.#layout = layout;
    this.#mayStartLine = mayStartLine ?? (() => true);
  }

  /**
   * @param words source of each word
   * @param gaps white space of the draft after each word but the last; undefined at a new place
   * @param kept the number of words at the start that are the draft's and keep their lines
   */
  set(words: readonly string[], gaps: readonly (Gap | undefined)[], kept: number): string {
    const rooms = roomNeeded(words, gaps);
    this.#out = '';
    this.#column = this.#layout.indent;
    this.#lines = 0;
    let inStep = false;
    for (const [index, word] of words.entries()) {
      const gap = gaps[index - 1];
      if (index > 0) {
        const stays: boolean = index < kept || inStep || gap?.fixed === true;
        inStep ||= !stays && gap !== undefined && isLineBreak(gap.source) && this.#isFull();
        if (gap && (stays || inStep)) this.#put(gap.source);
        else this.#separate(words[index - 1]!, word, this.#onLine(gap?.source), rooms[index]!);
      }
      this.#put(word);
    }
    return this.#out;
  }

  #onLine(gap: string | undefined): string {
    return gap === undefined || isLineBreak(gap) ? ' ' : gap;
  }

  #isFull(): boolean {
    const { mode, width } = this.#layout;
    return mode === 'sentences' || (mode === 'width' && this.#column >= fullEnough * width);
  }

  #separate(before: string, word: string, space: string, room: number): void {
    const { lineEnd, hanging } = this.#layout;
    if (!this.#wantsLine(before, word, space.length + room) || !this.#mayStartLine(word))
      return this.#put(space);
    this.#put(lineEnd + hanging[Math.min(this.#lines, hanging.length - 1)]!);
  }

  #wantsLine(before: string, word: string, room: number): boolean {
    const { mode, width } = this.#layout;
    if (mode === 'sentences') return endsSentence(before, word);
    return mode === 'width' && this.#column + room > width;
  }

  #put(text: string): void {
    this.#out += text;
    if (isLineBreak(text)) this.#lines++;
    this.#column = columnAfter(this.#column, text);
  }
}

/** UTF-16 units that a word needs on its line, with the words that a fixed space ties to it. */
function roomNeeded(words: readonly string[], gaps: readonly (Gap | undefined)[]): number[] {
  const rooms = words.map((word) => /^[^\r\n]*/u.exec(word)![0].length);
  for (let index = words.length - 2; index >= 0; index--) {
    const gap = gaps[index];
    if (gap?.fixed && !isLineBreak(gap.source))
      rooms[index]! += gap.source.length + rooms[index + 1]!;
  }
  return rooms;
}
