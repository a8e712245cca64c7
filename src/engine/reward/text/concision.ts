import { fillers } from 'fillers';
import { retext } from 'retext';
import retextSimplify from 'retext-simplify';
import { RecentTexts } from './recent-texts.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { TextReward } from './text-reward.ts';

/**
 * The list of wordy phrases is for office prose; these are exact terms, or plain ones, in software.
 */
const termsOfSoftware = [
  ...['address', 'component', 'contains', 'delete', 'determine', 'e.g.', 'effect', 'equivalent'],
  ...['evaluate', 'forward', 'function', 'i.e.', 'identical', 'identify', 'implement', 'indicate'],
  ...['initial', 'initiate', 'interface', 'maintain', 'maximum', 'minimum', 'modify', 'monitor'],
  ...['multiple', 'objective', 'operate', 'option', 'parameters', 'perform', 'permit', 'portion'],
  ...['previous', 'provide', 'reflect', 'request', 'require', 'requirement', 'selection', 'submit'],
  ...['terminate', 'transmit', 'type', 'validate'],
];

/** Fillers in speech that are more often plain words in writing. */
const plainWords = ['begin', 'like', 'most', 'much', 'real', 'right', 'start', 'try', 'well'];

const fillerWords = new Set(fillers.filter((word) => !plainWords.includes(word)));
const wordyPhrases = retext().use(retextSimplify, { ignore: termsOfSoftware }).freeze();

/** Words a sentence may have before the rest counts as too long. */
const comfortableSentence = 20;
/** Cost of a text that consists of wordy words only, and of one whose sentences never end. */
const wordyCost = 5;
const excessCost = 2;

interface Padding {
  /** Words that are fillers or belong to a wordy phrase. */
  readonly wordy: number;
  /** Words beyond the comfortable length. */
  readonly excess: number;
}

/**
 * Few wasted words: 1 / (1 + 5 w + 2 e), where w is the share of words that are fillers or part of
 * a wordy phrase and e the share of words beyond the 20th of their sentence. A text without words
 * scores 0.
 */
export function concision(id = 'concision'): TextReward {
  // A response grows at its end: all sentences but the last were measured before.
  const recent = new RecentTexts<Padding>(512);
  return new TextReward(id, (text) => {
    let words = 0;
    let wordy = 0;
    let excess = 0;
    for (const sentence of sentencesOf(text)) {
      const padding = recent.getOrCompute(sentence.text, () => paddingOf(sentence));
      words += sentence.words.length;
      wordy += padding.wordy;
      excess += padding.excess;
    }
    return words === 0 ? 0 : 1 / (1 + (wordyCost * wordy + excessCost * excess) / words);
  });
}

function paddingOf({ text, words }: Sentence): Padding {
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
