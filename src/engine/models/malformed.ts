import { ErrorCode, TqError } from '../../protocol/errors.ts';

const longestShown = 80;

/** The error of a file that is missing, cut, altered, malformed or of an unsupported kind. */
export function badModel(sentence: string, cause?: unknown): TqError {
  return new TqError(ErrorCode.badModel, sentence, { cause });
}

/** A file's own text (a tensor name, a key) made fit for a sentence: quoted, escaped, shortened. */
export function quoted(text: string): string {
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}...` : text;
  return JSON.stringify(shown);
}

/** Bytes [start, end) that something needs but the file does not have. */
export function cutFile(file: string, what: string, start: number, end: number, size: number) {
  return badModel(
    `${file} is cut: ${what} needs bytes ${start}..${end} but the file has ${size}; ` +
      'download it again.',
  );
}
