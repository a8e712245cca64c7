import type { DoneEvent, TokenEvent } from '../../protocol/events.ts';
import type { TextView } from './text-view.ts';

/** Prints each event as one line of JSON. */
export class JsonView implements TextView {
  constructor(private readonly print: (line: string) => void) {}

  token(event: TokenEvent): void {
    this.print(JSON.stringify(event));
  }

  done(event: DoneEvent): void {
    this.print(JSON.stringify(event));
  }

  finish(): void {
    // Each event was printed when it arrived.
  }
}
