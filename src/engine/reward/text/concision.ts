import { fillers } from 'fillers';
import { retext } from 'retext';
import retextSimplify from 'retext-simplify';
import { catalogueEntry } from '../catalogue-entry.ts';
import { unitRange } from '../unit-range.ts';
import { sentenceReward } from './sentence-reward.ts';
import type { Sentence } from './sentences.ts';
import type { TextReward } from './text-reward.ts';

export const concisionEntry = catalogueEntry(
  {
    id: 'concision',
    title: 'Concision',
    favours: 'few fillers and wordy phrases, short sentences',
    description:
      'Falls with the share of words that are fillers, wordy phrases or beyond the 20th of a sentence.',
    range: unitRange,
    licence: 'MIT (retext, retext-simplify, fillers, compromise)',
  },
  {},
  (_, { id }) => concision(id),
);

/** Phrases that are wordy in office prose but exact or plain terms in software. */
const termsOfSoftware = [
  ...['address', 'component', 'contains', 'delete', 'determine', 'e.g.', 'effect', 'equivalent'],
  ...['evaluate', 'forward', 'function', 'i.e.', 'identical', 'identify', 'implement', 'indicate'],
  ...['initial', 'initiate', 'interface', 'maintain', 'maximum', 'minimum', 'modify', 'monitor'],
  ...['multiple', 'objective', 'operate', 'option', 'parameters', 'perform', 'permit', 'portion'],
  ...['previous', 'provide', 'reflect', 'request', 'require', 'requirement', 'selection', 'submit'],
  ...['terminate', 'transmit', 'type', 'validate'],
];

/** Fillers in speech that are mostly plain words in writing. */
const plainWords = ['begin', 'like', 'most', 'much', 'real', 'right', 'start', 'try', 'well'];

const fillerWords = new Set(fillers.filter((word) => !plainWords.includes(word)));
const wordyPhrases = retext().use(retextSimplify, { ignore: termsOfSoftware }).freeze();

/** Words that a sentence may have before further words count as excess. */
const comfortableSentence = 20;
/** Cost of a text of only wordy words, and of a text of only excess words. */
const wordyCost = 5;
const excessCost = 2;

/**
 * Few wasted words: 1 / (1 + 5 w + 2 e), where w is the share of words that are fillers or part of
 * a wordy phrase and e the share of words beyond the 20th of their sentence. A text without words
 * scores 0.
 */
export function concision(id: string = concisionEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0,
    count: paddingOf,
    score: ({ words, wordy, excess }) =>
      1 / (1 + (wordyCost * wordy + excessCost * excess) / words),
  });
}

/** Words that are fillers or in a wordy phrase, and words beyond the comfortable length. */
function paddingOf({ text, words }: Sentence) {
  const phrases = wordyPhrases
    .processSync(text)
    .messages.map((message) => String(message.actual).toLowerCase());
  const inPhrases = phrases.reduce((sum, phrase) => sum + phrase.split(/\s+/u).length, 0);
  const lone = words
    .map((word) => word.toLowerCase())
    .filter((word) => fillerWords.has(word) && !phrases.includes(word));
  return {
    wordy: Math.min(words.length, inPhrases + lone.length),
    excess: Math.max(0, words.length - comfortableSentence),
  };
}
