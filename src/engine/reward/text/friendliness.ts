import { RecentTexts } from './recent-texts.ts';
import { sentencesOf } from './sentences.ts';
import { TextReward, toUnitInterval } from './text-reward.ts';
import { valenceOf } from './valence.ts';

/**
 * Friendly wording throughout: 1/2 + m kept in [0, 1], with m the mean of VADER's compound valence
 * over the sentences (Hutto and Gilbert, 2014). A mean does not grow with every further kind word,
 * as the valence of a whole text does. A text without words scores 0.5.
 */
export function friendliness(id = 'friendliness'): TextReward {
  // A response grows at its end: all sentences but the last were measured before.
  const recent = new RecentTexts<number>(512);
  return new TextReward(id, (text) => {
    const sentences = sentencesOf(text);
    if (sentences.length === 0) return 0.5;
    const total = sentences.reduce(
      (sum, sentence) => sum + recent.getOrCompute(sentence.text, valenceOf),
      0,
    );
    return toUnitInterval(0.5 + total / sentences.length);
  });
}
