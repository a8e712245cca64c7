import type { Session } from '../session.ts';
import { JsonView } from './json-view.ts';
import { LiveView } from './live-view.ts';
import { PipedView } from './piped-view.ts';
import type { TextView, ViewOptions } from './text-view.ts';
import { paletteFor } from './token-style.ts';

/** The view for a terminal, a pipe or JSON lines. */
export function createView(
  session: Session,
  options: ViewOptions & { readonly json: boolean },
): TextView {
  const { stdout, stderr, env } = session.process;
  if (options.json) {
    return new JsonView((line) => {
      session.print(line);
    });
  }
  if (session.isTerminal) return new LiveView(options, paletteFor(true, env), stdout);
  // The summary of a single text goes to standard error: a redirected file holds only the text.
  const summaryStream = options.headings.size > 1 ? stdout : stderr;
  return new PipedView(options, {
    text: (text) => stdout.write(text),
    summary: (text) => summaryStream.write(text),
  });
}
