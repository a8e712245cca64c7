import { wordsOf } from '../words.ts';
import { quoted, type Check } from './check.ts';

/** Words that stand together again only if a text repeats itself. */
const phraseLength = 4;
/** Times one word may follow itself: "very, very" is style, a third is a loop. */
const mostInRow = 2;

/** A phrase of four words that the answer has more often than the draft, or a word in a loop. */
export const repetition: Check = ({ text, draft }) => {
  const words = wordsOf(text);
  const found = repeatedPhrase(words, wordsOf(draft)) ?? repeatedWord(words, wordsOf(draft));
  if (found === undefined) return undefined;
  return { reason: 'repetition', text: `The answer repeats ${quoted(found)}.` };
};

function repeatedPhrase(words: readonly string[], draft: readonly string[]): string | undefined {
  const allowed = phraseCounts(draft);
  for (const [phrase, count] of phraseCounts(words)) {
    if (count > Math.max(1, allowed.get(phrase) ?? 0)) return phrase;
  }
  return undefined;
}

function phraseCounts(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + phraseLength <= words.length; start++) {
    const phrase = words.slice(start, start + phraseLength).join(' ');
    counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  }
  return counts;
}

function repeatedWord(words: readonly string[], draft: readonly string[]): string | undefined {
  const allowed = Math.max(mostInRow, longestRun(draft).length);
  const { length, word } = longestRun(words);
  return length > allowed ? word : undefined;
}

function longestRun(words: readonly string[]): { length: number; word: string } {
  let best = { length: 0, word: '' };
  let length = 0;
  for (const [index, word] of words.entries()) {
    length = word === words[index - 1] ? length + 1 : 1;
    if (length > best.length) best = { length, word };
  }
  return best;
}
