import { hedges } from 'hedges';
import { retext } from 'retext';
import retextReadability from 'retext-readability';
import { RecentTexts } from './recent-texts.ts';
import { type Sentence, longestWord, sentencesOf } from './sentences.ts';
import { TextReward } from './text-reward.ts';

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

interface Obscurity {
  readonly hedged: number;
  readonly hard: number;
}

/**
 * Plain statements: 1 / (1 + 5 v + h), where v is the share of words that are hedges ("somewhat",
 * "perhaps") and h the share of words in sentences that at least four of seven reading formulas put
 * beyond readers of sixteen. A text without words scores 0.
 */
export function clarity(id = 'clarity'): TextReward {
  // A response grows at its end: all sentences but the last were measured before.
  const recent = new RecentTexts<Obscurity>(512);
  return new TextReward(id, (text) => {
    let words = 0;
    let hedged = 0;
    let hard = 0;
    for (const sentence of sentencesOf(text)) {
      const obscurity = recent.getOrCompute(sentence.text, () => obscurityOf(sentence));
      words += sentence.words.length;
      hedged += obscurity.hedged;
      hard += obscurity.hard;
    }
    return words === 0 ? 0 : 1 / (1 + (hedgeCost * hedged + hard) / words);
  });
}

function obscurityOf({ words }: Sentence): Obscurity {
  // Without marks inside, so that the library sees the same sentence as we do.
  const plain = words.map((word) => word.slice(0, longestWord)).join(' ');
  const isHard = hardSentences.processSync(plain).messages.length > 0;
  return {
    hedged: words.filter((word) => hedgeWords.has(word.toLowerCase())).length,
    hard: isHard ? words.length : 0,
  };
}
