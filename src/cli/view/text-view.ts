import type { DoneEvent, StreamName, TokenEvent } from '../../protocol/events.ts';

/** Shows texts while they are written. */
export interface TextView {
  token(event: TokenEvent): void;
  done(event: DoneEvent): void;
  /** Shows the rest and the summary. Call it last. */
  finish(): void;
}

/** The texts that a view shows. */
export interface ViewOptions {
  /** Headings of the texts in display order; empty for a single text. */
  readonly headings: ReadonlyMap<StreamName, string>;
  /** The target reward as the user gave it; undefined without one. */
  readonly reward: string | undefined;
}
