import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type {
  Range,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../decoding/reward.ts';
import { MappedSession } from './mapped-session.ts';

/** Clamps the raw score of a reward to a calibrated range, so that bounds can prune. */
export class Clamped implements Reward {
  readonly id: string;

  /** @throws TqError invalidInput unless low < high, both finite. */
  constructor(
    private readonly reward: Reward,
    readonly range: Range,
  ) {
    const [low, high] = range;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw new TqError(
        ErrorCode.invalidInput,
        `The reward '${reward.id}' cannot be clamped to [${low}, ${high}]; give two finite numbers, the smaller first.`,
      );
    }
    this.id = reward.id;
  }

  get textOnly(): boolean | undefined {
    return this.reward.textOnly;
  }

  get readsWhole(): boolean | undefined {
    return this.reward.readsWhole;
  }

  async open(prompt: RewardPrompt, options?: RewardOpenOptions): Promise<RewardSession> {
    const [low, high] = this.range;
    const session = await this.reward.open(prompt, options);
    return new MappedSession(this.reward, session, (score) => Math.min(high, Math.max(low, score)));
  }
}
