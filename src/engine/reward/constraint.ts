import type {
  Range,
  Response,
  Reward,
  RewardOpenOptions,
  RewardPrompt,
  RewardSession,
} from '../../decoding/reward.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { MappedSession } from './mapped-session.ts';

/** The penalty of the smallest shortfall; the largest has at most twice as much. */
const penalty = 1000;

/**
 * "At least": 0 where a reward reaches a bound, and -1000 (1 + s) otherwise, with s the shortfall
 * as a share of the reward's range. In a sum with rewards whose range is far narrower, any text
 * that meets the constraint beats any that does not, and the upper bound of the sum stays that
 * without the constraint. Several rollouts of a candidate are averaged, so one that fails counts
 * its share. A response that has not ended is judged as the reward judges it.
 */
export class Constraint implements Reward {
  readonly id: string;
  readonly range: Range;
  readonly #bounds: Range;

  /** @throws TqError invalidInput if the reward has no range or `atLeast` lies outside it. */
  constructor(
    private readonly reward: Reward,
    private readonly atLeast: number,
    id = `${reward.id}>=${atLeast}`,
  ) {
    this.id = id;
    this.#bounds = checkedRange(reward, atLeast);
    this.range = [this.#penaltyOf(this.#bounds[0]), 0];
  }

  get textOnly(): boolean | undefined {
    return this.reward.textOnly;
  }

  get readsWhole(): boolean | undefined {
    return this.reward.readsWhole;
  }

  async open(prompt: RewardPrompt, options?: RewardOpenOptions): Promise<RewardSession> {
    const session = await this.reward.open(prompt, options);
    return new ConstraintSession(this.reward, session, (score) => this.#penaltyOf(score));
  }

  #penaltyOf(score: number): number {
    if (score >= this.atLeast) return 0;
    const [low, high] = this.#bounds;
    return -penalty * (1 + (this.atLeast - Math.max(low, score)) / (high - low));
  }
}

function checkedRange({ id, range }: Reward, atLeast: number): Range {
  if (range === undefined) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The reward '${id}' has no range, which a constraint needs; give it a clamp range in a sum.`,
    );
  }
  const [low, high] = range;
  if (!(atLeast >= low && atLeast <= high && low < high)) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The constraint '${id}' cannot ask for at least ${atLeast}; give a number from ${low} to ${high}.`,
    );
  }
  return range;
}

class ConstraintSession extends MappedSession {
  /** Scores of the reward, kept so that parts() after score() computes nothing. */
  readonly #scores = new WeakMap<Response, number>();

  /** The score of the reward itself. */
  override async parts(response: Response): Promise<Readonly<Record<string, number>>> {
    if (!this.#scores.has(response)) await this.score([response]);
    return { [this.reward.id]: this.#scores.get(response)! };
  }

  protected override async rawScores(
    responses: readonly Response[],
    signal?: AbortSignal,
  ): Promise<number[]> {
    const scores = await super.rawScores(responses, signal);
    responses.forEach((response, index) => this.#scores.set(response, scores[index]!));
    return scores;
  }
}
