import { z } from 'zod';
import type { Response, Reward, RewardPrompt, RewardSession } from '../../../decoding/reward.ts';
import { catalogueEntry } from '../catalogue-entry.ts';
import { requireFiniteScores } from '../finite-scores.ts';
import { decimal } from '../parameters.ts';
import { unitRange } from '../unit-range.ts';
import { wordCount } from './sentences.ts';
import { measuredProse, TextReward } from './text-reward.ts';

const defaultWords = 80;

export const lengthEntry = catalogueEntry(
  {
    id: 'length',
    title: 'Length',
    favours: 'a chosen number of words',
    description: 'The smaller of word count and target, over the larger.',
    range: unitRange,
    licence: 'MIT (compromise)',
  },
  {
    words: decimal
      .pipe(z.number().int().min(1).max(10_000))
      .default(defaultWords)
      .describe(`a whole number of words from 1 to 10000 (${defaultWords} when left out)`),
    share: decimal
      .pipe(z.number().min(0.01).max(10))
      .optional()
      .describe(
        "a share of the draft's words from 0.01 to 10, instead of words (none when left out)",
      ),
  },
  ({ words, share }, { id }) =>
    share === undefined ? length({ words }, id) : new ShareOfDraft(share, id),
);

export interface LengthOptions {
  /** Target number of words, at least 1. */
  readonly words: number;
}

/**
 * Closeness to a number of words: min(n, words) / max(n, words). It is 1 at the target, 0 without
 * words, and falls ever more slowly as the text gets longer.
 */
export function length(
  { words }: LengthOptions = { words: defaultWords },
  id: string = lengthEntry.description.id,
): TextReward {
  return new TextReward(id, (text) => closeness(text, words));
}

/** Closeness to a share of the draft's words (of the prompt's, without a draft). */
class ShareOfDraft implements Reward {
  readonly range = unitRange;
  readonly textOnly = true;

  constructor(
    private readonly share: number,
    readonly id: string,
  ) {}

  async open({ draft, text: prompt }: RewardPrompt): Promise<RewardSession> {
    const reference = draft?.trim() ? draft : prompt;
    const words = Math.max(1, Math.round(this.share * wordCount(measuredProse(reference))));
    return {
      positions: 0,
      score: async (responses: readonly Response[], signal?: AbortSignal) => {
        signal?.throwIfAborted();
        const scores = responses.map(({ text }) => closeness(measuredProse(text), words));
        return requireFiniteScores(this.id, scores, responses.length);
      },
      close: () => undefined,
    };
  }
}

function closeness(text: string, words: number): number {
  const count = wordCount(text);
  return Math.min(count, words) / Math.max(count, words);
}
