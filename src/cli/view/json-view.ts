import type { DoneEvent, TokenEvent } from '../../protocol/events.ts';
import type { TextView } from './text-view.ts';

/** One JSON object a line, as the events come. */
export class JsonView implements TextView {
  constructor(private readonly print: (line: string) => void) {}

  token(event: TokenEvent): void {
    this.print(JSON.stringify(event));
  }

  done(event: DoneEvent): void {
    this.print(JSON.stringify(event));
  }

  finish(): void {
    // Every line was printed when its event came.
  }
}
