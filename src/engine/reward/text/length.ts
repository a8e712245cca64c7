import { z } from 'zod';
import { catalogueEntry } from '../catalogue-entry.ts';
import { decimal } from '../parameters.ts';
import { unitRange } from '../unit-range.ts';
import { wordCount } from './sentences.ts';
import { TextReward } from './text-reward.ts';

const defaultWords = 80;

export const lengthEntry = catalogueEntry(
  {
    id: 'length',
    title: 'Length',
    favours: 'a chosen number of words',
    description: 'The smaller of word count and target, over the larger.',
    range: unitRange,
    licence: 'MIT (compromise)',
  },
  {
    words: decimal
      .pipe(z.number().int().min(1).max(10_000))
      .default(defaultWords)
      .describe(`a whole number of words from 1 to 10000 (${defaultWords} when left out)`),
  },
  ({ words }, { id }) => length({ words }, id),
);

export interface LengthOptions {
  /** Target number of words, at least 1. */
  readonly words: number;
}

/**
 * Closeness to a number of words: min(n, words) / max(n, words). It is 1 at the target, 0 without
 * words, and falls ever more slowly as the text gets longer.
 */
export function length(
  { words }: LengthOptions = { words: defaultWords },
  id: string = lengthEntry.description.id,
): TextReward {
  return new TextReward(id, (text) => {
    const count = wordCount(text);
    return Math.min(count, words) / Math.max(count, words);
  });
}
