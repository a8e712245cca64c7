import type { Response, Reward, RewardSession } from '../../../decoding/reward.ts';
import { requireFiniteScores } from '../finite-scores.ts';
import { unitRange } from '../unit-range.ts';
import { proseOf } from './prose.ts';
import { RecentTexts } from './recent-texts.ts';

/** Most characters of a response that are measured, so that no text can stall decoding. */
export const maxMeasuredLength = 50_000;

/** What measures read of a text. */
export function measuredProse(text: string): string {
  return proseOf(text.slice(0, maxMeasuredLength));
}

/** A reward in [0, 1] that is a pure function of the response's prose. */
export class TextReward implements Reward {
  readonly range = unitRange;
  readonly textOnly = true;
  readonly #recent = new RecentTexts<number>(64);

  constructor(
    readonly id: string,
    private readonly measure: (text: string) => number,
  ) {}

  open(): Promise<RewardSession> {
    return Promise.resolve({
      positions: 0,
      score: async (responses: readonly Response[], signal?: AbortSignal) => {
        const scores = responses.map(({ text }) => {
          signal?.throwIfAborted();
          return this.#recent.getOrCompute(measuredProse(text), this.measure);
        });
        return requireFiniteScores(this.id, scores, responses.length);
      },
      close: () => undefined,
    });
  }
}
