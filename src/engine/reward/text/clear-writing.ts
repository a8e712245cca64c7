import type { Reward } from '../../../decoding/reward.ts';
import { activeVoice } from './active-voice.ts';
import { clarity } from './clarity.ts';
import { concision } from './concision.ts';
import { noCliches } from './no-cliches.ts';
import { readability } from './readability.ts';
import { WeightedSum } from '../weighted-sum.ts';

/** School grade of clear prose for a general public. */
const grade = 8;

/**
 * Clear writing: 3/16 clarity + 2/16 readability + 3/16 concision + 2/16 active voice + 2/16 no
 * clichés + 4/16 meaning kept, in [0, 1]. Sixteenths add up to 1 exactly.
 *
 * @param keepsMeaning Likeness of meaning with the draft, or with the prompt where there is none:
 *   without it the clearest answer would be one that says nothing.
 */
export function clearWriting(keepsMeaning: Reward, id = 'clear-writing'): WeightedSum {
  return new WeightedSum(
    [
      { reward: clarity(), weight: 3 / 16 },
      { reward: readability({ grade }), weight: 2 / 16 },
      { reward: concision(), weight: 3 / 16 },
      { reward: activeVoice(), weight: 2 / 16 },
      { reward: noCliches(), weight: 2 / 16 },
      { reward: keepsMeaning, weight: 4 / 16 },
    ],
    { id },
  );
}
