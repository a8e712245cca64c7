import { catalogueEntry } from '../catalogue-entry.ts';
import { toUnitInterval, unitRange } from '../unit-range.ts';
import { sentenceReward } from './sentence-reward.ts';
import type { TextReward } from './text-reward.ts';
import { valenceOf } from './valence.ts';

export const friendlinessEntry = catalogueEntry(
  {
    id: 'friendliness',
    title: 'Friendliness',
    favours: 'kind wording in every sentence',
    description: "Mean of VADER's compound sentiment over the sentences, plus one half.",
    range: unitRange,
    licence: 'Apache-2.0 (vader-sentiment), MIT (compromise)',
  },
  {},
  (_, { id }) => friendliness(id),
);

/**
 * Friendly wording throughout: 1/2 + m clamped to [0, 1], with m the mean of VADER's compound
 * valence over the sentences (Hutto and Gilbert, 2014). Unlike the valence of a whole text, a mean
 * does not grow with every additional kind word. A text without words scores 0.5.
 */
export function friendliness(id: string = friendlinessEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0.5,
    count: ({ text }) => ({ valence: valenceOf(text) }),
    score: ({ valence, sentences }) => toUnitInterval(0.5 + valence / sentences),
  });
}
