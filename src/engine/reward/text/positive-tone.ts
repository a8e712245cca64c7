import { catalogueEntry } from '../catalogue-entry.ts';
import { toUnitInterval, unitRange } from '../unit-range.ts';
import { TextReward } from './text-reward.ts';
import { valenceOf } from './valence.ts';

export const positiveToneEntry = catalogueEntry(
  {
    id: 'positive-tone',
    title: 'Positive tone',
    favours: 'friendly, optimistic wording',
    description: "VADER's compound sentiment of the response, mapped from [-1, 1] to [0, 1].",
    range: unitRange,
    licence: 'Apache-2.0 (vader-sentiment)',
  },
  {},
  (_, { id }) => positiveTone(id),
);

/**
 * Positive sentiment: (1 + compound) / 2 with VADER's compound valence in [-1, 1] (Hutto and
 * Gilbert, 2014). Neutral and empty texts score 0.5.
 */
export function positiveTone(id: string = positiveToneEntry.description.id): TextReward {
  return new TextReward(id, (text) => toUnitInterval((1 + valenceOf(text)) / 2));
}
