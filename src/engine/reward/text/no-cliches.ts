import findCliches from 'no-cliches';
import { officeCliches } from './office-cliches.ts';
import { RecentTexts } from './recent-texts.ts';
import { type Sentence, sentencesOf } from './sentences.ts';
import { TextReward } from './text-reward.ts';

/** Cost of a text that consists of clichés only. */
const clicheCost = 5;

/**
 * Few worn-out phrases: 1 / (1 + 5 c) with c the share of words that belong to a cliché. A text
 * without words scores 0.
 */
export function noCliches(id = 'no-cliches'): TextReward {
  // A response grows at its end: all sentences but the last were searched before.
  const recent = new RecentTexts<number>(512);
  return new TextReward(id, (text) => {
    let words = 0;
    let inCliches = 0;
    for (const sentence of sentencesOf(text)) {
      words += sentence.words.length;
      inCliches += recent.getOrCompute(sentence.text, () => wordsInCliches(sentence));
    }
    return words === 0 ? 0 : 1 / (1 + (clicheCost * inCliches) / words);
  });
}

/** Words of a sentence in single spaces, marks removed: the phrases are looked for in that form. */
function wordsInCliches({ words }: Sentence): number {
  const plain = words.join(' ').replace(/[\u2018\u2019]/gu, "'");
  const listed = findCliches(plain).map(({ index, offset }) => plain.slice(index, index + offset));
  const office = Array.from(plain.matchAll(officeCliches), ([phrase]) => phrase);
  const found = [...listed, ...office].reduce((sum, phrase) => sum + phrase.split(' ').length, 0);
  return Math.min(words.length, found);
}
