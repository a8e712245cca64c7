import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type {
  Range,
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../decoding/reward.ts';
import { requireFiniteScores } from './finite-scores.ts';

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

  async open(prompt: RewardPrompt, options?: RewardOpenOptions): Promise<RewardSession> {
    return new ClampedSession(this.id, this.range, await this.reward.open(prompt, options));
  }
}

class ClampedSession implements RewardSession {
  constructor(
    private readonly rewardId: string,
    private readonly range: Range,
    private readonly session: RewardSession,
  ) {}

  get positions(): number {
    return this.session.positions;
  }

  get trunkPositions(): number | undefined {
    return this.session.trunkPositions;
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const raw = await this.session.score(responses, signal);
    const [low, high] = this.range;
    // Check before clamping, which would hide an infinite score.
    return requireFiniteScores(this.rewardId, raw, responses.length).map((score) =>
      Math.min(high, Math.max(low, score)),
    );
  }

  async parts(response: Response): Promise<Readonly<Record<string, number>>> {
    return (await this.session.parts?.(response)) ?? {};
  }

  async commit(token: number): Promise<void> {
    await this.session.commit?.(token);
  }

  close(): void {
    this.session.close();
  }
}
