import { TextReward, toUnitInterval } from './text-reward.ts';
import { valenceOf } from './valence.ts';

/**
 * Positive sentiment: (1 + compound) / 2 with VADER's compound valence in [-1, 1] (Hutto and
 * Gilbert, 2014). Neutral and empty texts score 0.5.
 */
export function positiveTone(id = 'positive-tone'): TextReward {
  return new TextReward(id, (text) => toUnitInterval((1 + valenceOf(text)) / 2));
}
