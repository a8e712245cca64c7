import fc from 'fast-check';
import { isRefusal, type FuzzedReader } from './fuzzed-readers.ts';
import { mutated, mutatedText } from './mutations.ts';

/** Words of JavaScript and its libraries, which no sentence of ours has. */
const foreign =
  /is not (?:iterable|a function|a constructor)|Cannot (?:read|set|convert)|of undefined|Invalid (?:array|string) length|Invalid regular|call stack|must be a non-empty array|\[object |\bat .*:\d+:\d+/iu;

/**
 * Gives a reader mutations of its valid content; `seed` decides which.
 * @throws Error with the smallest failing content found, its seed and path
 */
export async function fuzz(
  { valid, read }: FuzzedReader,
  folder: string,
  options: { readonly seed: number; readonly numRuns: number },
): Promise<void> {
  const content = valid.map((each) => {
    const bytes = mutated(Buffer.from(each));
    return typeof each === 'string'
      ? fc.oneof(
          bytes,
          mutatedText(each).map((text) => Buffer.from(text)),
        )
      : bytes;
  });
  const property = fc.asyncProperty(fc.oneof(...content), async (bytes) => {
    try {
      await read(bytes, folder);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const { message } = error as Error;
      if (message.includes('\n') || foreign.test(message)) {
        throw new Error(`Not a sentence of ours: ${message}`, { cause: error });
      }
    }
  });
  await fc.assert(property, options);
}
