import { ErrorCode, TqError } from '../../protocol/errors.ts';

const maxShownLength = 80;

/** The error for a file that is missing, truncated, changed, malformed or not supported. */
export function badModel(sentence: string, cause?: unknown): TqError {
  return new TqError(ErrorCode.badModel, sentence, { cause });
}

/** Text from a file (a tensor name, a key) for a message: quoted, escaped, shortened. */
export function quoted(text: string): string {
  const shown = text.length > maxShownLength ? `${text.slice(0, maxShownLength)}...` : text;
  return JSON.stringify(shown);
}

const maxReasonLength = 300;

/** What a library or a template gives as its reason, for a sentence: one line, shortened. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = text
    .slice(0, 2 * maxReasonLength)
    .replace(/\s+/gu, ' ')
    .trim();
  return line.length > maxReasonLength ? `${line.slice(0, maxReasonLength)}...` : line;
}

/** The error for a file that ends before byte `end`, which `what` needs. */
export function truncatedFile(
  file: string,
  what: string,
  start: number,
  end: number,
  size: number,
) {
  return badModel(
    `${file} is truncated: ${what} needs bytes ${start}..${end} but the file has ${size}; ` +
      'download it again.',
  );
}
