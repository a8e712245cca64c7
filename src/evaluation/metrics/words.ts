const words = new Intl.Segmenter('en', { granularity: 'word' });

/**
 * Words and punctuation marks in order, split by Unicode's rules (UAX 29); keeps case, drops space.
 */
export function wordsOf(text: string): string[] {
  return [...words.segment(text)]
    .map(({ segment }) => segment)
    .filter((word) => word.trim() !== '');
}
