/** A file is not UTF-8 text; the message continues a sentence about it. */
export class EncodingError extends Error {}

/**
 * The text of a file in UTF-8, without the byte order mark that some editors write.
 * @param keepsMark keeps a byte order mark, for a text that is written again
 * @throws EncodingError
 */
export function fileText(bytes: Uint8Array, keepsMark = false): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new EncodingError('is UTF-16 text; save it as UTF-8');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepsMark }).decode(bytes);
  } catch {
    throw new EncodingError('is not UTF-8 text; save it as UTF-8');
  }
}
