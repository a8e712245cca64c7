import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import type { Range } from '../../src/decoding/reward.ts';
import type { MethodName } from '../../src/protocol/options.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

export interface Setting {
  readonly seed: number;
  readonly vocabulary: number;
  readonly method: MethodName;
  readonly temperature: number;
}

/** Two policies and a reward, with counts of what is open. */
export class World {
  readonly reference: TabularPolicy;
  readonly baseline: TabularPolicy;
  readonly target: TabularReward;

  constructor(
    readonly setting: Setting,
    of?: (response: readonly number[]) => number,
    range: Range | undefined = [0, 1],
  ) {
    const { vocabulary, seed } = setting;
    this.reference = new TabularPolicy('sft', vocabulary, randomTable(vocabulary, seed + 1));
    this.baseline = new TabularPolicy('dpo', vocabulary, randomTable(vocabulary, seed + 2));
    const scores = of ?? randomScores(vocabulary, seed + 3, [0, 1]);
    this.target = new TabularReward('joy', scores, range);
  }

  request(change: Partial<DecodingOptionsInput> = {}, signal?: AbortSignal): DecodingRequest {
    const { method, temperature, seed } = this.setting;
    return {
      prompt: { text: '', tokens: [1, 2] },
      options: {
        method,
        temperature,
        seed,
        k: 3,
        rollout: 3,
        maxTokens: 6,
        alpha: 0.3,
        ...(method === 'tq-indirect' && { rollouts: 2 }),
        ...(method === 'bon' && { rollouts: 4 }),
        ...change,
      },
      policies: { reference: this.reference, baseline: this.baseline },
      rewards: { target: this.target },
      decode: letters,
      signal,
    };
  }

  closed(): boolean {
    const { reference, baseline, target } = this;
    return reference.openSequences + baseline.openSequences + target.openSessions === 0;
  }
}

export const world = (method: MethodName, seed = 5, temperature = 0) =>
  new World({ seed, vocabulary: 5, method, temperature });
