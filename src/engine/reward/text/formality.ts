import nlp from 'compromise/two';
import { RecentTexts } from './recent-texts.ts';
import { sentencesOf } from './sentences.ts';
import { TextReward, toUnitInterval } from './text-reward.ts';

/** Terms of one sentence, and how many more of them are formal than are deictic. */
interface FormalityCount {
  readonly words: number;
  readonly balance: number;
}

/**
 * Formality: Heylighen and Dewaele's F-score (1999) over 100, with contractions counted as one more
 * deictic class:
 * F = (noun + adjective + preposition + article - pronoun - verb - adverb - interjection
 *      - contraction + 100) / 2, each in percent of the words. A text without words scores 0.5.
 */
export function formality(id = 'formality'): TextReward {
  // A response grows at its end: all sentences but the last were tagged before.
  const recent = new RecentTexts<FormalityCount>(512);
  return new TextReward(id, (text) => {
    let words = 0;
    let balance = 0;
    for (const sentence of sentencesOf(text)) {
      const count = recent.getOrCompute(sentence.text, countFormality);
      words += count.words;
      balance += count.balance;
    }
    return words === 0 ? 0.5 : toUnitInterval((1 + balance / words) / 2);
  });
}

const articles = new Set(['a', 'an', 'the']);
const deicticTags = ['Pronoun', 'Verb', 'Adverb', 'Negative', 'Expression', 'Emoji', 'Emoticon'];
const formalTags = ['Noun', 'Adjective', 'Preposition'];

function countFormality(sentence: string): FormalityCount {
  let words = 0;
  let balance = 0;
  for (const term of nlp(sentence).docs.flat()) {
    const tags = term.tags ?? new Set<string>();
    words += 1;
    // A contraction ("don't") is followed by the word it hides, as a term without text.
    if (term.text === '') balance -= 1;
    if (deicticTags.some((tag) => tags.has(tag))) balance -= 1;
    else if (articles.has(term.normal) || formalTags.some((tag) => tags.has(tag))) balance += 1;
  }
  return { words, balance };
}
