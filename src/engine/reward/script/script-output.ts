import type { Readable } from 'node:stream';

/** Most characters of a script's output that reach the log. */
const maxLength = 100_000;

/** Copies what a script writes to the engine's log, up to a limit; the rest is read and dropped. */
export function logOutput(streams: readonly (Readable | null)[], log: NodeJS.WritableStream): void {
  let left = maxLength;
  for (const stream of streams) {
    stream?.on('error', () => undefined);
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (left <= 0) return;
      // U+0001 begins the engine's own report of a failure (src/protocol/engine-failure.ts).
      log.write(text.slice(0, left).replaceAll('\u0001', ''));
      left -= text.length;
      if (left <= 0) log.write(`\nThe script wrote more than ${maxLength} characters.\n`);
    });
  }
}
