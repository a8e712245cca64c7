import vader from 'vader-sentiment';
import { maxWordLength } from './sentences.ts';

// VADER's test for capitals takes cubic time on one long word.
const overlongWord = new RegExp(`\\S{${maxWordLength + 1},}`, 'gu');

/** VADER's compound valence of a text, in [-1, 1] (Hutto and Gilbert, 2014); 0 without words. */
export function valenceOf(text: string): number {
  const plain = text.replace(/[\u2018\u2019]/gu, "'").replace(overlongWord, ' ');
  return vader.SentimentIntensityAnalyzer.polarity_scores(plain).compound;
}
