import { ErrorCode, TqError } from '../protocol/errors.ts';

/**
 * @param length of a document, in UTF-16 units
 * @param longest that can be read
 */
export function documentTooLong(length: number, longest: number): TqError {
  const [is, most] = [length, longest].map((count) => count.toLocaleString('en'));
  return new TqError(
    ErrorCode.invalidInput,
    `The document has ${is} characters; a rewrite can read at most ${most}. ` +
      'Copy the part to rewrite into a new file.',
  );
}
