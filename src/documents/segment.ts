import { type Block, type Span } from './block.ts';
import { type Mark, markPlaces } from './marks.ts';
import { referencePlaces } from './references.ts';
import { skipSpace } from './white-space.ts';
import { type Gap, hasFixedSpace, isSpace } from './spaces.ts';

/** One end of a pair of markup, or a lone piece. */
export interface Edge extends Span {
  /** The same for both ends of a pair. */
  readonly id: number;
  readonly role: 'lone' | 'open' | 'close';
  /** The plain character that a lone piece stands for. */
  readonly as?: string | undefined;
}

/** A run of prose as words, the white space between them, and what its marks stand for. */
export interface Draft {
  /** Words, with marks in the place of markup. */
  readonly words: readonly string[];
  /** The source of each word. */
  readonly sources: readonly string[];
  /** After each word but the last. */
  readonly gaps: readonly Gap[];
  readonly marks: readonly Mark[];
  /**
   * The source of each run of text between marks, with and without the punctuation after it;
   * undefined if the draft writes it in several ways.
   */
  readonly known: ReadonlyMap<string, string | undefined>;
}

/** Text for the model and the source that it stands for. */
interface Piece {
  readonly text: string;
  readonly source: string;
}

/** Reads the source of `start` to `end`, which begins and ends with a word, as words and marks. */
export class SegmentReader {
  readonly #source: string;
  readonly #block: Block;
  readonly #words: string[] = [];
  readonly #sources: string[] = [];
  readonly #gaps: Gap[] = [];
  readonly #marks: { open: string; close?: string; parent: number }[] = [];
  readonly #known = new Map<string, string | undefined>();
  /** Numbers of the pairs around the current place. */
  readonly #open: number[] = [];
  #word = '';
  #wordSource = '';
  /** The text of the word after its last mark. */
  #run: Piece[] = [];
  /** Whether the word ends with the mark of a lone piece. */
  #afterLone = false;
  #inGap = false;

  constructor(source: string, block: Block) {
    this.#source = source;
    this.#block = block;
  }

  /** @param edges in the order of the source, nested well */
  read({ start, end }: Span, edges: readonly Edge[]): Draft {
    let position = start;
    for (const edge of edges) {
      this.#text(position, edge.start);
      this.#edge(edge);
      position = edge.end;
    }
    this.#text(position, end);
    this.#endWord();
    return {
      words: this.#words,
      sources: this.#sources,
      gaps: this.#gaps,
      marks: this.#marks,
      known: this.#known,
    };
  }

  #text(start: number, end: number): void {
    let position = start;
    while (position < end) {
      const wordEnd = this.#wordEnd(position, end);
      if (wordEnd > position) this.#plain(this.#source.slice(position, wordEnd));
      position = skipSpace(this.#source, this.#block, wordEnd, end);
      if (position > wordEnd) this.#space(this.#source.slice(wordEnd, position));
    }
  }

  #wordEnd(start: number, end: number): number {
    let position = start;
    while (position < end && !isSpace(this.#source[position])) position++;
    return position;
  }

  #edge(edge: Edge): void {
    const source = this.#source.slice(edge.start, edge.end);
    if (edge.as === ' ') this.#space(source, true);
    else if (edge.as !== undefined) this.#plain(source, edge.as);
    else this.#mark(edge, source);
  }

  #plain(source: string, text = source): void {
    this.#inGap = false;
    this.#run.push({ text, source });
  }

  #space(source: string, fixed = hasFixedSpace(source)): void {
    const before = this.#inGap ? this.#gaps.pop() : undefined;
    if (!before) this.#endWord();
    this.#gaps.push({
      source: (before?.source ?? '') + source,
      fixed: fixed || before?.fixed === true,
    });
    this.#inGap = true;
  }

  #endWord(): void {
    this.#endRun();
    this.#words.push(this.#word);
    this.#sources.push(this.#wordSource);
    [this.#word, this.#wordSource, this.#afterLone] = ['', '', false];
  }

  /** What looks like a mark, URLs, addresses and paths in a run of text become marks. */
  #endRun(): void {
    const run = this.#run;
    if (run.length === 0) return;
    this.#run = [];
    const text = run.map((piece) => piece.text).join('');
    const places = [
      ...markPlaces(text).map(({ index, 0: mark }) => ({ start: index, end: index + mark.length })),
      ...referencePlaces(text),
    ];
    places.sort((left, right) => left.start - right.start);
    let position = 0;
    for (const place of places) {
      if (place.start < position) continue;
      this.#addText(run, position, place.start);
      this.#lone(sourceOf(run, place.start, place.end));
      position = place.end;
    }
    this.#addText(run, position, text.length);
  }

  #addText(run: readonly Piece[], start: number, end: number): void {
    if (start === end) return;
    const pieces = piecesIn(run, start, end);
    const text = pieces.map((piece) => piece.text).join('');
    const source = pieces.map((piece) => piece.source).join('');
    this.#know(text, source);
    const punctuation = /[.,;:!?]*$/u.exec(text)![0];
    if (source.endsWith(punctuation) && pieces.at(-1)!.text.endsWith(punctuation))
      this.#know(
        text.slice(0, text.length - punctuation.length),
        source.slice(0, source.length - punctuation.length),
      );
    this.#put(text, source);
    this.#afterLone = false;
  }

  #know(text: string, source: string): void {
    if (text === '') return;
    const isOther = this.#known.has(text) && this.#known.get(text) !== source;
    this.#known.set(text, isOther ? undefined : source);
  }

  #put(text: string, source: string): void {
    this.#word += text;
    this.#wordSource += source;
  }

  #mark({ role }: Edge, source: string): void {
    this.#inGap = false;
    this.#endRun();
    if (role === 'lone') return this.#lone(source);
    this.#afterLone = false;
    if (role === 'open') {
      this.#marks.push({ open: source, parent: this.#open.at(-1) ?? 0 });
      this.#open.push(this.#marks.length);
      return this.#put(`[${this.#marks.length}]`, source);
    }
    const number = this.#open.pop()!;
    this.#marks[number - 1]!.close = source;
    this.#put(`[/${number}]`, source);
  }

  /** Lone pieces side by side have one mark: the fewer marks, the better a model keeps them. */
  #lone(source: string): void {
    if (this.#afterLone) {
      this.#marks.at(-1)!.open += source;
      this.#wordSource += source;
      return;
    }
    this.#marks.push({ open: source, parent: this.#open.at(-1) ?? 0 });
    this.#put(`[${this.#marks.length}]`, source);
    this.#afterLone = true;
  }
}

/** The part of a run between two places of its text; a piece that stands for text is whole. */
function piecesIn(run: readonly Piece[], start: number, end: number): Piece[] {
  const found: Piece[] = [];
  let position = 0;
  for (const piece of run) {
    const [from, to] = [Math.max(start - position, 0), Math.min(end - position, piece.text.length)];
    position += piece.text.length;
    if (from >= to) continue;
    if (piece.source !== piece.text) found.push(piece);
    else found.push({ text: piece.text.slice(from, to), source: piece.text.slice(from, to) });
  }
  return found;
}

const sourceOf = (run: readonly Piece[], start: number, end: number): string =>
  piecesIn(run, start, end)
    .map(({ source }) => source)
    .join('');
