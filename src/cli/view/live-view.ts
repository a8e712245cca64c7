import { createLogUpdate } from 'log-update';
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import stringWidth from 'string-width';
import type { DoneEvent, TokenEvent } from '../../protocol/events.ts';
import { layOut, type TextBlock } from './layout.ts';
import { summarise } from './summary.ts';
import type { TextView, ViewOptions } from './text-view.ts';
import type { Palette } from './token-style.ts';
import { WrittenTexts } from './written-texts.ts';

/** Milliseconds between two drawings. */
const frameMs = 50;

/** Redraws growing texts in place on a terminal. */
export class LiveView implements TextView {
  readonly #texts: WrittenTexts;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  #shown: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: ViewOptions,
    private readonly palette: Palette,
    private readonly terminal: WriteStream,
  ) {
    this.#texts = new WrittenTexts(options);
    this.#draw = createLogUpdate(terminal);
    terminal.on('resize', this.#onResize);
  }

  token(event: TokenEvent): void {
    this.#texts.token(event);
    this.#schedule();
  }

  done(event: DoneEvent): void {
    this.#texts.done(event);
  }

  finish(): void {
    clearTimeout(this.#timer);
    this.terminal.off('resize', this.#onResize);
    if (this.#texts.isEmpty) return;
    this.#draw.clear();
    this.#draw.done();
    const rows = layOut(this.#blocks, this.palette, { width: this.#width, height: Infinity });
    this.terminal.write(`${rows.join('\n')}\n`);
    const summary = summarise(this.#texts.summary, this.palette, this.#width);
    if (summary.length > 0) this.terminal.write(['', ...summary, ''].join('\n'));
  }

  readonly #onResize = (): void => {
    if (this.#shown.length === 0) return;
    // The terminal has rewrapped the rows, so their number has changed.
    const { columns } = this.terminal;
    const rows = this.#shown.reduce(
      (sum, row) => sum + Math.max(1, Math.ceil(stringWidth(row) / columns)),
      0,
    );
    cursorTo(this.terminal, 0);
    moveCursor(this.terminal, 0, -Math.min(rows, this.terminal.rows));
    clearScreenDown(this.terminal);
    this.#draw.done();
    this.#render();
  };

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#render();
    }, frameMs);
  }

  #render(): void {
    // The cursor takes the row below.
    const height = this.terminal.rows - 1;
    this.#shown = layOut(this.#blocks, this.palette, { width: this.#width, height });
    this.#draw(this.#shown.join('\n'));
  }

  /** The last column stays empty: some terminals start a new row when it is filled. */
  get #width(): number {
    return this.terminal.columns - 1;
  }

  get #blocks(): TextBlock[] {
    return [...this.options.headings].map(([stream, heading]) => ({
      heading: this.options.headings.size > 1 ? heading : undefined,
      pieces: this.#texts.pieces(stream),
    }));
  }
}
