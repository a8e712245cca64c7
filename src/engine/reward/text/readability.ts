import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import { z } from 'zod';
import { catalogueEntry } from '../catalogue-entry.ts';
import { decimal } from '../parameters.ts';
import { unitRange } from '../unit-range.ts';
import { RecentTexts } from './recent-texts.ts';
import { sentenceReward } from './sentence-reward.ts';
import { maxWordLength } from './sentences.ts';
import type { TextReward } from './text-reward.ts';

/** The grade of plain prose for the general public. */
export const defaultGrade = 8;

export const readabilityEntry = catalogueEntry(
  {
    id: 'readability',
    title: 'Readability',
    favours: 'text readable at a chosen school grade',
    description: 'Closeness of the Flesch-Kincaid grade of the response to the chosen grade.',
    range: unitRange,
    licence: 'MIT (flesch-kincaid, syllable, compromise)',
  },
  {
    grade: decimal
      .pipe(z.number().min(1).max(18))
      .default(defaultGrade)
      .describe(`a school grade from 1 to 18 (${defaultGrade} when left out)`),
  },
  ({ grade }, { id }) => readability({ grade }, id),
);

export interface ReadabilityOptions {
  /** US school grade at which the text should be readable. */
  readonly grade: number;
}

/** Distance from the chosen grade at which the score is one half. */
const halfWidth = 4;

/**
 * Closeness to a school grade: 1 / (1 + ((g - grade) / 4)^2) with the Flesch-Kincaid grade (Kincaid
 * et al., 1975)
 *
 *     g = 0.39 words/sentences + 11.8 syllables/words - 15.59
 *
 * A text without words scores 0.
 */
export function readability(
  { grade }: ReadabilityOptions = { grade: defaultGrade },
  id: string = readabilityEntry.description.id,
): TextReward {
  const recentWords = new RecentTexts<number>(4096);
  const syllablesOf = (word: string): number =>
    recentWords.getOrCompute(word.slice(0, maxWordLength), (known) => Math.max(1, syllable(known)));
  return sentenceReward(id, {
    withoutWords: 0,
    count: ({ words }) => ({
      syllables: words.reduce((sum, word) => sum + syllablesOf(word), 0),
    }),
    score: ({ sentences, words, syllables }) => {
      const textGrade = fleschKincaid({ sentence: sentences, word: words, syllable: syllables });
      return 1 / (1 + ((textGrade - grade) / halfWidth) ** 2);
    },
  });
}
