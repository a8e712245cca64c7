import { hedges } from 'hedges';
import { retext } from 'retext';
import retextReadability from 'retext-readability';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { sentenceReward } from './sentence-reward.ts';
import { maxWordLength, type Sentence } from './sentences.ts';
import type { TextReward } from './text-reward.ts';

export const clarityEntry = catalogueEntry(
  {
    id: 'clarity',
    title: 'Clarity',
    favours: 'plain statements: no hedges, no sentence that is hard to read',
    description:
      'Falls with the share of words that are hedges or in sentences hard to read at sixteen.',
    range: unitRange,
    licence: 'MIT (retext, retext-readability, hedges, compromise)',
  },
  {},
  (_, { id }) => clarity(id),
);

/** Hedges in scholarly prose that state facts in mail and documentation. */
const plainWords = [
  ...['about', 'always', 'can', 'clear', 'could', 'couple', 'few', 'find', 'finds', 'found'],
  ...['frequently', 'many', 'may', 'might', 'most', 'much', 'must', 'often', 'rare', 'rarely'],
  ...['read', 'say', 'says', 'several', 'should', 'some', 'sometimes', 'suggest', 'suggested'],
  ...['suggests', 'understand', 'understands', 'understood', 'usually', 'will', 'would'],
  ...['diagnostic', 'estimate', 'estimated', 'estimates', 'indicate', 'like', 'little'],
];

const hedgeWords = new Set(hedges.filter((word) => !plainWords.includes(word)));

/**
 * Finds sentences that most of seven reading formulas consider too hard for readers aged sixteen.
 */
const hardSentences = retext().use(retextReadability, { age: 16 }).freeze();

/** Cost of a text of only hedges; a text of only hard sentences costs 1. */
const hedgeCost = 5;

/**
 * Plain statements: 1 / (1 + 5 v + h), where v is the share of words that are hedges ("somewhat",
 * "perhaps") and h the share of words in sentences that at least four of seven reading formulas
 * consider too hard for readers aged sixteen. A text without words scores 0.
 */
export function clarity(id: string = clarityEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0,
    count: obscurityOf,
    score: ({ words, hedged, hard }) => 1 / (1 + (hedgeCost * hedged + hard) / words),
  });
}

/** Hedges, and words of a sentence that is hard to read. */
function obscurityOf({ words }: Sentence) {
  // Without punctuation, so that the library does not split the sentence again.
  const plain = words.map((word) => word.slice(0, maxWordLength)).join(' ');
  const isHard = hardSentences.processSync(plain).messages.length > 0;
  return {
    hedged: words.filter((word) => hedgeWords.has(word.toLowerCase())).length,
    hard: isHard ? words.length : 0,
  };
}
