import nlp from 'compromise/two';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { sentenceReward } from './sentence-reward.ts';
import type { TextReward } from './text-reward.ts';

export const activeVoiceEntry = catalogueEntry(
  {
    id: 'active-voice',
    title: 'Active voice',
    favours: 'sentences that say who does what',
    description: 'Falls with the number of passive verbs per sentence.',
    range: unitRange,
    licence: 'MIT (compromise)',
  },
  {},
  (_, { id }) => activeVoice(id),
);

/** A form of "be" and a past participle, with up to two adverbs between them. */
const passive = nlp.parseMatch(
  '(am|is|are|was|were|be|been|being) (#Adverb|#Negative|longer)? (#Adverb|#Negative)? (#PastTense|#Participle)',
);

/** Cost of one passive verb per sentence. */
const passiveCost = 2;

/**
 * Active voice: 1 / (1 + 2 p), with p passive verbs per sentence, found by parts of speech. A text
 * without words scores 0.
 */
export function activeVoice(id: string = activeVoiceEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0,
    count: ({ text }) => ({ passives: nlp(text).match(passive).length }),
    score: ({ passives, sentences }) => 1 / (1 + (passiveCost * passives) / sentences),
  });
}
