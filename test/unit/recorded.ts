import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import { RecordingPolicy, RecordingReward } from './recording.ts';
import { END, letters, randomScores, randomTable, type Table } from './tabular.ts';

export const promptTokens = [1, 2];
export const vocabulary = 4;
export const alpha = 0.3;
export const maxTokens = 4;

/** Policies and rewards that record what they were asked. */
export class Recorded {
  readonly reference: RecordingPolicy;
  readonly baseline: RecordingPolicy;
  readonly target: RecordingReward;
  readonly baselineReward: RecordingReward;

  constructor(
    readonly seed: number,
    /** Without ends, every response has `maxTokens` tokens. */
    endless = false,
  ) {
    const table = (offset: number): Table => {
      const random = randomTable(vocabulary, 100 * seed + offset);
      return endless ? (state) => withoutEnd(random(state)) : random;
    };
    const scores = (offset: number) => randomScores(vocabulary, 100 * seed + offset, [0, 1]);
    this.reference = new RecordingPolicy('sft', vocabulary, table(1));
    this.baseline = new RecordingPolicy('dpo', vocabulary, table(2));
    this.target = new RecordingReward('r', scores(3), [0, 1]);
    this.baselineReward = new RecordingReward('r_BL', scores(4), [0, 1]);
  }

  async write(options: DecodingOptionsInput) {
    return collect(
      generate({
        prompt: { text: '', tokens: promptTokens },
        options: { seed: this.seed, k: vocabulary, maxTokens, alpha, ...options },
        policies: { reference: this.reference, baseline: this.baseline },
        rewards: { target: this.target, baseline: this.baselineReward },
        decode: letters,
      }),
    );
  }
}

function withoutEnd(logProbs: readonly number[]): number[] {
  const rest = Math.log1p(-Math.exp(logProbs[END]!));
  return logProbs.map((logProb, token) => (token === END ? -Infinity : logProb - rest));
}
