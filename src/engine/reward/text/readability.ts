import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import { RecentTexts } from './recent-texts.ts';
import { longestWord, sentencesOf } from './sentences.ts';
import { TextReward } from './text-reward.ts';

export interface ReadabilityOptions {
  /** School grade (US) the text should be readable at. */
  readonly grade: number;
}

/** Grades away from the chosen one at which the score has fallen to one half. */
const halfWidth = 4;

/**
 * Closeness to a school grade: 1 / (1 + ((g - grade) / 4)^2) with the Flesch-Kincaid grade
 * g = 0.39 words/sentences + 11.8 syllables/words - 15.59 (Kincaid et al., 1975). A text without
 * words scores 0.
 */
export function readability(
  { grade }: ReadabilityOptions = { grade: 8 },
  id = 'readability',
): TextReward {
  const recentWords = new RecentTexts<number>(4096);
  const syllables = (word: string): number =>
    recentWords.getOrCompute(word.slice(0, longestWord), (known) => Math.max(1, syllable(known)));
  return new TextReward(id, (text) => {
    const sentences = sentencesOf(text);
    if (sentences.length === 0) return 0;
    const words = sentences.flatMap((sentence) => sentence.words);
    const textGrade = fleschKincaid({
      sentence: sentences.length,
      word: words.length,
      syllable: words.reduce((sum, word) => sum + syllables(word), 0),
    });
    return 1 / (1 + ((textGrade - grade) / halfWidth) ** 2);
  });
}
