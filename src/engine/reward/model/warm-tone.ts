import type { Reward } from '../../../decoding/reward.ts';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { meanOf, type WeightedSum } from '../weighted-sum.ts';
import { friendliness } from '../text/friendliness.ts';
import { politeness } from '../text/politeness.ts';
import { KeepsMeaning, meaningParameter } from './keeps-meaning.ts';

export const warmToneEntry = catalogueEntry(
  {
    id: 'warm-tone',
    title: 'Warm tone',
    favours: 'friendly, polite wording that keeps the meaning',
    description: 'Weighted sum of friendliness, politeness and meaning kept.',
    range: unitRange,
    licence:
      'Apache-2.0 (vader-sentiment, all-MiniLM-L6-v2 weights, this project), MIT (compromise)',
    needsDraft: true,
  },
  { meaning: meaningParameter },
  async ({ meaning }, context) =>
    meaning === 'off'
      ? warmTone(undefined, context.id)
      : warmTone(await KeepsMeaning.shipped(context), context.id),
);

/**
 * Warm tone: 5/16 friendliness + 7/16 politeness + 4/16 meaning kept, in [0, 1]. All parts are
 * means or shares over sentences, so longer text gains nothing.
 *
 * @param keepsMeaning Similarity of meaning with the draft, or with the prompt without a draft.
 *   Without this part "Thank you so much!" would answer everything; undefined leaves it to the
 *   caller, and the other weights become twelfths.
 */
export function warmTone(
  keepsMeaning: Reward | undefined,
  id: string = warmToneEntry.description.id,
): WeightedSum {
  const measures = [
    { reward: friendliness(), weight: 5 },
    { reward: politeness(), weight: 7 },
  ];
  return meanOf(keepsMeaning ? [...measures, { reward: keepsMeaning, weight: 4 }] : measures, id);
}
