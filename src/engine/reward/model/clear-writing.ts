import type { Reward } from '../../../decoding/reward.ts';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { meanOf, type WeightedSum } from '../weighted-sum.ts';
import { activeVoice } from '../text/active-voice.ts';
import { clarity } from '../text/clarity.ts';
import { concision } from '../text/concision.ts';
import { noCliches } from '../text/no-cliches.ts';
import { readability, defaultGrade } from '../text/readability.ts';
import { KeepsMeaning, meaningParameter } from './keeps-meaning.ts';

export const clearWritingEntry = catalogueEntry(
  {
    id: 'clear-writing',
    title: 'Clear writing',
    favours: 'plain, short, active sentences that keep the meaning',
    description: `Weighted sum of clarity, readability at grade ${defaultGrade}, concision, active voice, no clichés and meaning kept.`,
    range: unitRange,
    licence: 'MIT (its text measures), Apache-2.0 (this project, all-MiniLM-L6-v2 weights)',
    needsDraft: true,
  },
  { meaning: meaningParameter },
  async ({ meaning }, context) =>
    meaning === 'off'
      ? clearWriting(undefined, context.id)
      : clearWriting(await KeepsMeaning.shipped(context), context.id),
);

/**
 * Clear writing: 3/16 clarity + 2/16 readability + 3/16 concision + 2/16 active voice + 2/16 no
 * clichés + 4/16 meaning kept, in [0, 1]. The sixteenths add up to exactly 1.
 *
 * @param keepsMeaning Similarity of meaning with the draft, or with the prompt without a draft.
 *   Without this part the clearest answer would say nothing; undefined leaves it to the caller, and
 *   the other weights become twelfths.
 */
export function clearWriting(
  keepsMeaning: Reward | undefined,
  id: string = clearWritingEntry.description.id,
): WeightedSum {
  const measures = [
    { reward: clarity(), weight: 3 },
    { reward: readability({ grade: defaultGrade }), weight: 2 },
    { reward: concision(), weight: 3 },
    { reward: activeVoice(), weight: 2 },
    { reward: noCliches(), weight: 2 },
  ];
  return meanOf(keepsMeaning ? [...measures, { reward: keepsMeaning, weight: 4 }] : measures, id);
}
