import { wordsOf } from '../words.ts';
import type { Check } from './check.ts';

/** An answer without words. */
export const empty: Check = ({ text, draft }) =>
  wordsOf(text).length === 0 && wordsOf(draft).length > 0
    ? { reason: 'empty', text: 'The answer is empty.' }
    : undefined;
