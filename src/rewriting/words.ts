import { mark } from './marks.ts';

/** A run of letters and digits; of scripts without spaces, one character. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}]+(?:['’-][\p{L}\p{N}\p{M}]+)*/gu;

/**
 * The words of a text in lower case, without marks. Intl.Segmenter would take quadratic time in
 * Node 20.
 */
export function wordsOf(text: string): string[] {
  const words = text.replace(mark, ' ').toLowerCase().replaceAll('’', "'");
  return words.match(word) ?? [];
}
