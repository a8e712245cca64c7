import { wordsOf } from './words.ts';

/** Lengths n of the n-grams (Welleck et al. 2020, Su et al. 2022). */
const sizes = [2, 3, 4] as const;

/** How much a text repeats itself. */
export interface Repetition {
  /** rep-2, rep-3, rep-4: percent of n-grams that repeat an earlier one, in [0, 100]. */
  readonly rep: readonly [number, number, number];
  /** prod over n = 2..4 of (1 - rep-n / 100), in [0, 1]; 1 without repetition. */
  readonly diversity: number;
}

/** Repetition of the words and punctuation marks of a text. */
export function repetitionOf(text: string): Repetition {
  const tokens = wordsOf(text);
  const rep = sizes.map((n) => repetition(tokens, n)) as [number, number, number];
  return { rep, diversity: rep.reduce((product, each) => product * (1 - each / 100), 1) };
}

/** rep-n = 100 (1 - |unique n-grams| / n-grams); 0 for a text shorter than n tokens. */
export function repetition(tokens: readonly string[], n: number): number {
  const count = tokens.length - n + 1;
  return count < 1 ? 0 : 100 * (1 - unique(tokens, n) / count);
}

/**
 * rep-n as the programs of ARGS and Transfer Q* compute it, with one more n-gram in the
 * denominator: a text without repetition gets a value above 0, one shorter than n tokens gets 100.
 */
export function publishedRepetition(tokens: readonly string[], n: number): number {
  const count = Math.max(0, tokens.length - n + 1);
  return 100 * (1 - unique(tokens, n) / (count + 1));
}

/** Diversity as the programs of ARGS and Transfer Q* compute it. */
export function publishedDiversity(tokens: readonly string[]): number {
  return sizes.reduce((product, n) => product * (1 - publishedRepetition(tokens, n) / 100), 1);
}

function unique(tokens: readonly string[], n: number): number {
  const grams = new Set<string>();
  for (let start = 0; start + n <= tokens.length; start += 1) {
    grams.add(JSON.stringify(tokens.slice(start, start + n)));
  }
  return grams.size;
}
