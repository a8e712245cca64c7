import vader from 'vader-sentiment';
import { longestWord } from './sentences.ts';
import { TextReward, toUnitInterval } from './text-reward.ts';

// VADER's test for capitals takes cubic time on one long word.
const overlongWord = new RegExp(`\\S{${longestWord + 1},}`, 'gu');

/**
 * Positive sentiment: (1 + compound) / 2 with VADER's compound valence in [-1, 1] (Hutto and
 * Gilbert, 2014). Neutral and empty texts score 0.5.
 */
export function positiveTone(id = 'positive-tone'): TextReward {
  return new TextReward(id, (text) => {
    const plain = text.replace(/[\u2018\u2019]/gu, "'").replace(overlongWord, ' ');
    const { compound } = vader.SentimentIntensityAnalyzer.polarity_scores(plain);
    return toUnitInterval((1 + compound) / 2);
  });
}
