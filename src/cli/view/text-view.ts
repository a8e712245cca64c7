import type { DoneEvent, StreamName, TokenEvent } from '../../protocol/events.ts';

/** Shows texts while they are written. */
export interface TextView {
  token(event: TokenEvent): void;
  done(event: DoneEvent): void;
  /** Shows what is left to show; after it nothing comes. */
  finish(): void;
}

/** What a view is to show. */
export interface ViewOptions {
  /** Texts to come, in the order they are shown, with their headings; a lone one needs none. */
  readonly headings: ReadonlyMap<StreamName, string>;
  /** How the target reward was asked for, where there is one. */
  readonly reward: string | undefined;
}
