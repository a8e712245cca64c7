import { wordsOf } from '../words.ts';
import { quoted, type Check } from './check.ts';

/** Words that stand together again only if a text repeats itself. */
const phraseLength = 4;
/** Times one word may follow itself: "very, very" is style, a third is a loop. */
const mostInRow = 2;

const courteous =
  /\b(?:afraid|appreciate|delighted|glad|grateful|happy|hesitate|pleased|pleasure|sorry|thank|thanks)\b/u;

/** A phrase of four words that the answer has more often than the draft, or a word in a loop. */
export const repetition: Check = ({ text, draft }) => {
  const found =
    repeatedPhrase(text, draft) ??
    repeatedCourtesy(text, draft) ??
    repeatedWord(wordsOf(text), wordsOf(draft));
  if (found === undefined) return undefined;
  return { reason: 'repetition', text: `The answer repeats ${quoted(found)}.` };
};

function repeatedPhrase(text: string, draft: string): string | undefined {
  const allowed = phraseCounts(draft);
  for (const [phrase, count] of phraseCounts(text)) {
    if (count > Math.max(1, allowed.get(phrase) ?? 0)) return phrase;
  }
  return undefined;
}

/** How often each phrase is in the sentences of a text. */
function phraseCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const words of text.split(/[.!?]\s/u).map(wordsOf)) {
    for (let start = 0; start + phraseLength <= words.length; start++) {
      const phrase = words.slice(start, start + phraseLength).join(' ');
      counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    }
  }
  return counts;
}

/** Two words with one of courtesy, again and again: "I'm sorry, I'm sorry". */
function repeatedCourtesy(text: string, draft: string): string | undefined {
  const words = wordsOf(text);
  const own = ` ${wordsOf(draft).join(' ')} `;
  const seen = new Set<string>();
  for (const [index, word] of words.slice(1).entries()) {
    const pair = `${words[index]!} ${word}`;
    if (!courteous.test(pair) || own.includes(` ${pair} `)) continue;
    if (seen.has(pair)) return pair;
    seen.add(pair);
  }
  return undefined;
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
