import type { ContentWord } from '../content/content-words.ts';
import { compareContent } from '../content/counterparts.ts';
import { quoted, type Check } from './check.ts';

/** Words of courtesy, which a warm text gains and a short one loses. */
const courtesy = new Set(
  [
    'afraid apologise apologize apology appreciate contact delighted forward glad grateful gratitude',
    'happy help hope inconvenience kindly look patience please pleased pleasure regret sorry thank',
    'thanks understanding welcome',
  ]
    .join(' ')
    .split(' '),
);
/** A share from which a preset asks for fewer words. */
const dropping = 0.25;
/** Nouns of actions, for which a plain text has verbs: "notification". */
const action = /(?:tion|sion|ment|ance|ence|ing|ure|al)$/u;
/** With fewer words, one that is replaced may be the point. */
const fewWords = 4;

/**
 * Nouns, verbs and adjectives without a counterpart: more of the draft's than the preset allows to
 * be lost, or more than it allows to be new. Fillers, wordy phrases and words of courtesy do not
 * count.
 */
export const content: Check = ({ draft, text, content: bounds }) => {
  if (bounds === undefined) return undefined;
  const { lost, added, total } = compareContent(draft, text);
  const gone = lost.filter(isMeant);
  const fresh = added.filter(isMeant);
  // Only a shorter text may drop a noun for which no word stands.
  const weight = ({ isNoun, lemma }: ContentWord) =>
    isNoun && fresh.length === 0 && bounds.lost < dropping && !action.test(lemma) ? 2 : 1;
  const cost = gone.reduce((sum, word) => sum + weight(word), 0);
  if (cost > allowed(total, bounds.lost)) {
    return { reason: 'meaning', text: `The answer leaves out ${listed(gone)}.` };
  }
  const most = allowed(total, bounds.added);
  const replaced = total < fewWords && gone.length + fresh.length > Math.max(1, 2 * most - 1);
  if (fresh.length > most || replaced) {
    const names = listed(fresh);
    return { reason: 'meaning', text: `The answer adds ${names}, which the draft does not say.` };
  }
  return undefined;
};

function isMeant({ lemma }: ContentWord): boolean {
  return !courtesy.has(lemma);
}

/** One word may change in any text but the shortest. */
function allowed(total: number, share: number): number {
  return Math.max(total >= 3 ? 1 : 0, Math.round(total * share));
}

function listed(words: readonly ContentWord[]): string {
  return words
    .slice(0, 3)
    .map(({ text }) => quoted(text))
    .join(', ');
}
