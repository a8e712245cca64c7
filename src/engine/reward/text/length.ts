import { wordCount } from './sentences.ts';
import { TextReward } from './text-reward.ts';

export interface LengthOptions {
  /** Target number of words, at least 1. */
  readonly words: number;
}

/**
 * Closeness to a number of words: min(n, words) / max(n, words), so 1 at the target, 0 without
 * words, and falling ever more slowly for longer texts.
 */
export function length({ words }: LengthOptions = { words: 80 }, id = 'length'): TextReward {
  return new TextReward(id, (text) => {
    const count = wordCount(text);
    return Math.min(count, words) / Math.max(count, words);
  });
}
