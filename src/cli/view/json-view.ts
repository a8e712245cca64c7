import type { DoneEvent, TokenEvent } from '../../protocol/events.ts';
import { jsonLine } from '../../protocol/printable.ts';
import type { TextView } from './text-view.ts';

/** Prints each event as one line of JSON. */
export class JsonView implements TextView {
  constructor(private readonly print: (line: string) => void) {}

  token(event: TokenEvent): void {
    this.print(jsonLine(event));
  }

  done(event: DoneEvent): void {
    this.print(jsonLine(event));
  }

  finish(): void {
    // Each event was printed when it arrived.
  }
}
