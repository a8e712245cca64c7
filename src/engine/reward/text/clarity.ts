import { hedges } from 'hedges';
import { retext } from 'retext';
import retextReadability from 'retext-readability';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { sentenceReward } from './sentence-reward.ts';
import { longestWord, type Sentence } from './sentences.ts';
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

/** Listed as hedges for scholarly prose; in mail and documentation they state facts. */
const plainWords = [
  ...['about', 'always', 'can', 'clear', 'could', 'couple', 'few', 'find', 'finds', 'found'],
  ...['frequently', 'many', 'may', 'might', 'most', 'much', 'must', 'often', 'rare', 'rarely'],
  ...['read', 'say', 'says', 'several', 'should', 'some', 'sometimes', 'suggest', 'suggested'],
  ...['suggests', 'understand', 'understands', 'understood', 'usually', 'will', 'would'],
  ...['diagnostic', 'estimate', 'estimated', 'estimates', 'indicate', 'like', 'little'],
];

const hedgeWords = new Set(hedges.filter((word) => !plainWords.includes(word)));

/** Sentences that most of seven reading formulas find hard for readers of sixteen years. */
const hardSentences = retext().use(retextReadability, { age: 16 }).freeze();

/** Cost of a text of hedges only; one whose sentences are all hard costs 1. */
const hedgeCost = 5;

/**
 * Plain statements: 1 / (1 + 5 v + h), where v is the share of words that are hedges ("somewhat",
 * "perhaps") and h the share of words in sentences that at least four of seven reading formulas put
 * beyond readers of sixteen. A text without words scores 0.
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
  // Without marks inside, so that the library sees the same sentence as we do.
  const plain = words.map((word) => word.slice(0, longestWord)).join(' ');
  const isHard = hardSentences.processSync(plain).messages.length > 0;
  return {
    hedged: words.filter((word) => hedgeWords.has(word.toLowerCase())).length,
    hard: isHard ? words.length : 0,
  };
}
