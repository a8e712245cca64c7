import findCliches from 'no-cliches';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { officeCliches } from './office-cliches.ts';
import { sentenceReward } from './sentence-reward.ts';
import type { Sentence } from './sentences.ts';
import type { TextReward } from './text-reward.ts';

export const noClichesEntry = catalogueEntry(
  {
    id: 'no-cliches',
    title: 'No clichés',
    favours: 'wording that is not worn out',
    description: 'Falls with the share of words that belong to a cliché.',
    range: unitRange,
    licence: 'MIT (no-cliches, compromise), Apache-2.0 (this project)',
  },
  {},
  (_, { id }) => noCliches(id),
);

/** Cost of a text of only clichés. */
const clicheCost = 5;

/**
 * Few worn-out phrases: 1 / (1 + 5 c), with c the share of words that belong to a cliché. A text
 * without words scores 0.
 */
export function noCliches(id: string = noClichesEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0,
    count: (sentence) => ({ inCliches: wordsInCliches(sentence) }),
    score: ({ words, inCliches }) => 1 / (1 + (clicheCost * inCliches) / words),
  });
}

/** Words in clichés, which are searched without punctuation and with single spaces. */
function wordsInCliches({ words }: Sentence): number {
  const plain = words.join(' ').replace(/[\u2018\u2019]/gu, "'");
  const listed = findCliches(plain).map(({ index, offset }) => plain.slice(index, index + offset));
  const office = Array.from(plain.matchAll(officeCliches), ([phrase]) => phrase);
  const found = [...listed, ...office].reduce((sum, phrase) => sum + phrase.split(' ').length, 0);
  return Math.min(words.length, found);
}
