import type { Reward } from '../../../decoding/reward.ts';
import { friendliness } from './friendliness.ts';
import { politeness } from './politeness.ts';
import { WeightedSum } from '../weighted-sum.ts';

/**
 * Warm tone: 5/16 friendliness + 7/16 politeness + 4/16 meaning kept, in [0, 1]. All parts are
 * means or shares over sentences, so that more text alone gains nothing.
 *
 * @param keepsMeaning Likeness of meaning with the draft, or with the prompt where there is none:
 *   without it "Thank you so much!" would answer everything.
 */
export function warmTone(keepsMeaning: Reward, id = 'warm-tone'): WeightedSum {
  return new WeightedSum(
    [
      { reward: friendliness(), weight: 5 / 16 },
      { reward: politeness(), weight: 7 / 16 },
      { reward: keepsMeaning, weight: 4 / 16 },
    ],
    { id },
  );
}
