import { type Block, type Span } from './block.ts';
import { type Mark, markPlaces } from './marks.ts';
import { referencePlaces } from './references.ts';
import { skipSpace } from './white-space.ts';
import { isSpace } from './spaces.ts';

/** One end of a pair of markup, or a lone piece. */
export interface Edge extends Span {
  /** The same for both ends of a pair. */
  readonly id: number;
  readonly role: 'lone' | 'open' | 'close';
}

/** A run of prose as words, the white space between them, and what its marks stand for. */
export interface Draft {
  /** Words, with marks in the place of markup. */
  readonly words: readonly string[];
  /** After each word but the last: source, with the starts of further lines. */
  readonly gaps: readonly string[];
  readonly marks: readonly Mark[];
}

/** Reads the source of `start` to `end`, which begins and ends with a word, as words and marks. */
export class SegmentReader {
  readonly #source: string;
  readonly #block: Block;
  readonly #words: string[] = [];
  readonly #gaps: string[] = [];
  readonly #marks: { open: string; close?: string }[] = [];
  readonly #opened = new Map<number, number>();
  #word = '';

  constructor(source: string, block: Block) {
    this.#source = source;
    this.#block = block;
  }

  /** @param edges in the order of the source, nested well */
  read({ start, end }: Span, edges: readonly Edge[]): Draft {
    let position = start;
    for (const edge of edges) {
      this.#text(position, edge.start);
      this.#word += this.#mark(edge);
      position = edge.end;
    }
    this.#text(position, end);
    this.#words.push(this.#word);
    return { words: this.#words, gaps: this.#gaps, marks: this.#marks };
  }

  #text(start: number, end: number): void {
    let position = start;
    while (position < end) {
      const wordEnd = this.#wordEnd(position, end);
      if (wordEnd > position) this.#word += this.#plain(position, wordEnd);
      position = wordEnd;
      const gapEnd = skipSpace(this.#source, this.#block, position, end);
      if (gapEnd > position) {
        this.#words.push(this.#word);
        this.#gaps.push(this.#source.slice(position, gapEnd));
        this.#word = '';
      }
      position = gapEnd;
    }
  }

  #wordEnd(start: number, end: number): number {
    let position = start;
    while (position < end && !isSpace(this.#source[position])) position++;
    return position;
  }

  /** A word without markup: what looks like a mark, URLs, addresses and paths become marks. */
  #plain(start: number, end: number): string {
    const word = this.#source.slice(start, end);
    const places = [
      ...markPlaces(word).map(({ index, 0: text }) => ({ start: index, end: index + text.length })),
      ...referencePlaces(word),
    ];
    places.sort((left, right) => left.start - right.start);
    let text = '';
    let position = 0;
    for (const place of places) {
      if (place.start < position) continue;
      text += word.slice(position, place.start) + this.#lone(word.slice(place.start, place.end));
      position = place.end;
    }
    return text + word.slice(position);
  }

  #mark(edge: Edge): string {
    const source = this.#source.slice(edge.start, edge.end);
    if (edge.role === 'lone') return this.#lone(source);
    if (edge.role === 'open') {
      const text = this.#lone(source);
      this.#opened.set(edge.id, this.#marks.length);
      return text;
    }
    const number = this.#opened.get(edge.id)!;
    this.#marks[number - 1]!.close = source;
    return `[/${number}]`;
  }

  #lone(source: string): string {
    this.#marks.push({ open: source });
    return `[${this.#marks.length}]`;
  }
}
