import type { DoneEvent, StreamName, TokenEvent } from '../../protocol/events.ts';
import { summarise } from './summary.ts';
import type { TextView, ViewOptions } from './text-view.ts';
import { paletteFor } from './token-style.ts';
import { WrittenTexts } from './written-texts.ts';

/** Columns of the summary in a pipe or file. */
const summaryWidth = 100;

export interface PipedStreams {
  /** Gets the texts. */
  readonly text: (piece: string) => void;
  /** Gets the summary. */
  readonly summary: (piece: string) => void;
}

/**
 * Plain text for a pipe or a file. The first text is written token by token; the second waits until
 * the first is finished.
 */
export class PipedView implements TextView {
  readonly #texts: WrittenTexts;
  readonly #streams: StreamName[];
  #current = 0;
  #started = false;
  #atLineStart = true;

  constructor(
    private readonly options: ViewOptions,
    private readonly out: PipedStreams,
  ) {
    this.#texts = new WrittenTexts(options);
    this.#streams = [...options.headings.keys()];
  }

  token(event: TokenEvent): void {
    const { text } = this.#texts.token(event);
    if (event.stream !== this.#streams[this.#current]) return;
    this.#start();
    this.#write(text);
  }

  done(event: DoneEvent): void {
    this.#texts.done(event);
    while (this.#current < this.#streams.length - 1) {
      if (!this.#texts.isDone(this.#streams[this.#current]!)) return;
      this.#next();
    }
  }

  finish(): void {
    if (this.#texts.isEmpty) return;
    while (this.#current < this.#streams.length - 1) this.#next();
    this.#endLine();
    const rows = summarise(this.#texts.summary, paletteFor(false, {}), summaryWidth);
    if (rows.length > 0) this.out.summary(['', ...rows, ''].join('\n'));
  }

  #next(): void {
    this.#start();
    this.#endLine();
    this.#write('\n');
    this.#current += 1;
    this.#started = false;
    this.#start();
    for (const { text } of this.#texts.pieces(this.#streams[this.#current]!)) this.#write(text);
  }

  /** Writes the heading once. */
  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const heading = this.options.headings.get(this.#streams[this.#current]!);
    if (heading) this.#write(`${heading}\n${'-'.repeat(heading.length)}\n`);
  }

  #endLine(): void {
    if (!this.#atLineStart) this.#write('\n');
  }

  #write(text: string): void {
    if (text === '') return;
    this.out.text(text);
    this.#atLineStart = text.endsWith('\n');
  }
}
