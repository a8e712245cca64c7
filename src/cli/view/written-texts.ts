import type { DoneEvent, StreamName, TokenEvent } from '../../protocol/events.ts';
import type { Piece } from './layout.ts';
import { printable } from '../../protocol/printable.ts';
import type { Summary } from './summary.ts';
import type { ViewOptions } from './text-view.ts';
import { kindOf, type TokenKind } from './token-style.ts';

/** The texts written so far. */
export class WrittenTexts {
  readonly #pieces = new Map<StreamName, Piece[]>();
  readonly #done = new Map<StreamName, DoneEvent>();
  readonly #choices: Record<TokenKind, number> = { plain: 0, skipped: 0, kept: 0, changed: 0 };

  constructor(private readonly options: ViewOptions) {}

  /** Adds a token; returns its piece of the display. */
  token(event: TokenEvent): Piece {
    const kind = kindOf(event);
    const piece = { text: printable(event.text), kind };
    const pieces = this.#pieces.get(event.stream);
    if (pieces) pieces.push(piece);
    else this.#pieces.set(event.stream, [piece]);
    if (event.stream === 'aligned') this.#choices[kind] += 1;
    return piece;
  }

  done(event: DoneEvent): void {
    this.#done.set(event.stream, event);
  }

  get isEmpty(): boolean {
    return this.#pieces.size === 0;
  }

  isDone(stream: StreamName): boolean {
    return this.#done.has(stream);
  }

  pieces(stream: StreamName): readonly Piece[] {
    return this.#pieces.get(stream) ?? [];
  }

  get summary(): Summary {
    const { headings, reward } = this.options;
    const done = [...headings.keys()].flatMap((stream) => this.#done.get(stream) ?? []);
    return { done, choices: this.#choices, reward };
  }
}
