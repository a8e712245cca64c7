const words = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * The words and punctuation marks of a text, in order, as Unicode divides them (UAX 29); case is
 * kept, space is left out.
 */
export function wordsOf(text: string): string[] {
  return [...words.segment(text)]
    .map(({ segment }) => segment)
    .filter((word) => word.trim() !== '');
}
