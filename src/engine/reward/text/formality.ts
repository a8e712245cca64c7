import nlp from 'compromise/two';
import { catalogueEntry } from '../catalogue-entry.ts';
import { toUnitInterval, unitRange } from '../unit-range.ts';
import { placeholder } from './prose.ts';
import { sentenceReward } from './sentence-reward.ts';
import type { Sentence } from './sentences.ts';
import type { TextReward } from './text-reward.ts';

export const formalityEntry = catalogueEntry(
  {
    id: 'formality',
    title: 'Formality',
    favours: 'a formal register: nouns and adjectives before pronouns, adverbs and contractions',
    description:
      "Heylighen and Dewaele's F-score from parts of speech, contractions counted against.",
    range: unitRange,
    licence: 'MIT (compromise)',
  },
  {},
  (_, { id }) => formality(id),
);

/**
 * Formality: Heylighen and Dewaele's F-score (1999) divided by 100, with contractions as another
 * deictic class:
 *
 *     F = (noun + adjective + preposition + article
 *          - pronoun - verb - adverb - interjection - contraction + 100) / 2
 *
 * each in percent of the words. A text without words scores 0.5.
 */
export function formality(id: string = formalityEntry.description.id): TextReward {
  return sentenceReward(id, {
    withoutWords: 0.5,
    count: countFormality,
    score: ({ terms, balance }) => toUnitInterval((1 + balance / terms) / 2),
  });
}

const articles = new Set(['a', 'an', 'the']);
const deicticTags = ['Pronoun', 'Verb', 'Adverb', 'Negative', 'Expression', 'Emoji', 'Emoticon'];
const formalTags = ['Noun', 'Adjective', 'Preposition'];

/** Terms of a sentence, and how many more of them are formal than deictic. */
function countFormality({ text }: Sentence) {
  let terms = 0;
  let balance = 0;
  for (const term of nlp(text).docs.flat()) {
    if (term.text.startsWith(placeholder) && !/[\p{L}\p{N}]/u.test(term.text)) continue;
    const tags = term.tags ?? new Set<string>();
    terms += 1;
    // compromise adds the hidden word of a contraction ("don't") as a term without text.
    if (term.text === '') balance -= 1;
    if (deicticTags.some((tag) => tags.has(tag))) balance -= 1;
    else if (articles.has(term.normal) || formalTags.some((tag) => tags.has(tag))) balance += 1;
  }
  return { terms, balance };
}
