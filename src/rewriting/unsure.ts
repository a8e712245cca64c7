import { quoted, type Kept } from './checks/check.ts';
import type { WrittenToken } from './unit-writer.ts';

/** An answer is judged by so many of its tokens, those that the model was least sure of. */
const leastSure = 3;
/** Mean log-probability of these tokens: each has about one chance in 25. */
const leastLogprob = -3.2;

/**
 * An answer whose model was unsure of several tokens. Such tokens are what a small model invents:
 * of 74 answers that a person read, 12 of 33 bad ones had them and 2 of 41 good ones
 * (docs/notes/rewriting.md). How probable the text is without its draft said nothing about it.
 */
export function unsure(tokens: readonly WrittenToken[]): Kept | undefined {
  const known = tokens.flatMap(({ text, logprob }) =>
    logprob === null ? [] : [{ text, logprob }],
  );
  const least = known.toSorted((a, b) => a.logprob - b.logprob).slice(0, leastSure);
  const mean = least.reduce((sum, { logprob }) => sum + logprob, 0) / leastSure;
  if (mean >= leastLogprob) return undefined;
  const words = least.map(({ text }) => quoted(text.trim())).join(', ');
  return { reason: 'unsure', text: `The model was unsure of what it wrote: ${words}.` };
}
