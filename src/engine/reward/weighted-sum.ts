import { ErrorCode, TqError } from '../../protocol/errors.ts';
import {
  totalTrunkPositions,
  type Range,
  type Response,
  type Reward,
  type RewardOpenOptions,
  type RewardPrompt,
  type RewardSession,
} from '../../decoding/reward.ts';
import { checkedScore } from '../../decoding/checked-score.ts';
import { requireFiniteScores } from './finite-scores.ts';

export interface WeightedPart {
  readonly reward: Reward;
  /** Any finite number; a negative weight favours a low score. */
  readonly weight: number;
}

export interface WeightedSumOptions {
  readonly id: string;
  /** Maps each part from its range to [0, 1] before weighting. */
  readonly normalise?: boolean | undefined;
}

/**
 * r(x, y) = sum of w_i r_i(x, y). Its range is the sum of the weighted ranges, or undefined if a
 * part has no range.
 */
export class WeightedSum implements Reward {
  readonly id: string;
  readonly range: Range | undefined;
  readonly textOnly: boolean;
  readonly readsWhole: boolean;
  readonly #names: readonly string[];

  /**
   * @throws TqError invalidInput without parts, for a weight that is not finite, and for
   *   `normalise` with a part that has no range.
   */
  constructor(
    private readonly weighted: readonly WeightedPart[],
    private readonly options: WeightedSumOptions,
  ) {
    this.id = options.id;
    for (const part of weighted) checkPart(part, options);
    if (weighted.length === 0) {
      throw new TqError(ErrorCode.invalidInput, `The reward sum '${this.id}' has no parts.`);
    }
    this.range = weightedRange(weighted, options);
    this.textOnly = weighted.every(({ reward }) => reward.textOnly);
    this.readsWhole = weighted.some(({ reward }) => reward.readsWhole);
    this.#names = distinctNames(weighted.map(({ reward }) => reward.id));
  }

  /** Whether a reward with this id is in the sum, or in a sum in it. */
  hasPart(id: string): boolean {
    return this.weighted.some(
      ({ reward }) => reward.id === id || (reward instanceof WeightedSum && reward.hasPart(id)),
    );
  }

  async open(prompt: RewardPrompt, options?: RewardOpenOptions): Promise<RewardSession> {
    const opened: OpenPart[] = [];
    try {
      for (const [index, { reward, weight }] of this.weighted.entries()) {
        opened.push({
          reward,
          weight,
          name: this.#names[index]!,
          session: await reward.open(prompt, options),
        });
      }
    } catch (error) {
      for (const { session } of opened) session.close();
      throw error;
    }
    return new WeightedSumSession(this.id, opened, this.options.normalise === true);
  }
}

/** The mean of rewards by their weights, which are whole numbers. */
export function meanOf(parts: readonly WeightedPart[], id: string): WeightedSum {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  return new WeightedSum(
    parts.map(({ reward, weight }) => ({ reward, weight: weight / total })),
    { id },
  );
}

interface OpenPart extends WeightedPart {
  readonly name: string;
  readonly session: RewardSession;
}

class WeightedSumSession implements RewardSession {
  /** Scores by part, kept so that parts() after score() computes nothing. */
  readonly #scoresByPart = new WeakMap<Response, readonly number[]>();

  constructor(
    private readonly rewardId: string,
    private readonly open: readonly OpenPart[],
    private readonly normalise: boolean,
  ) {}

  get positions(): number {
    return this.open.reduce((sum, { session }) => sum + session.positions, 0);
  }

  get trunkPositions(): number | undefined {
    return totalTrunkPositions(this.open.map(({ session }) => session));
  }

  async score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]> {
    const byResponse: number[][] = responses.map(() => []);
    for (const { reward, session } of this.open) {
      const scores = await session.score(responses, signal);
      requireFiniteScores(reward.id, scores, responses.length).forEach((given, index) => {
        const score = checkedScore(reward, given);
        byResponse[index]!.push(this.normalise ? normalised(score, reward.range!) : score);
      });
    }
    responses.forEach((response, index) => this.#scoresByPart.set(response, byResponse[index]!));
    const sums = byResponse.map((scores) =>
      scores.reduce((sum, score, part) => sum + this.open[part]!.weight * score, 0),
    );
    return requireFiniteScores(this.rewardId, sums, responses.length);
  }

  /** Score of each part, normalised if the sum normalises, before it is weighted. */
  async parts(response: Response): Promise<Readonly<Record<string, number>>> {
    if (!this.#scoresByPart.has(response)) await this.score([response]);
    const scores = this.#scoresByPart.get(response)!;
    return Object.fromEntries(this.open.map(({ name }, index) => [name, scores[index]!]));
  }

  async commit(token: number): Promise<void> {
    for (const { session } of this.open) await session.commit?.(token);
  }

  close(): void {
    for (const { session } of this.open) session.close();
  }
}

function normalised(score: number, [low, high]: Range): number {
  return high > low ? (score - low) / (high - low) : 0;
}

function checkPart({ reward, weight }: WeightedPart, { id, normalise }: WeightedSumOptions): void {
  if (!Number.isFinite(weight)) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The weight of '${reward.id}' in the reward sum '${id}' is ${weight}; it must be a finite number.`,
    );
  }
  if (normalise === true && reward.range === undefined) {
    throw new TqError(
      ErrorCode.invalidInput,
      `The reward '${reward.id}' in the sum '${id}' has no range, which normalising needs; give it a clamp range.`,
    );
  }
}

/** Adds bounds in the order of the scores, so that rounding keeps every sum within them. */
function weightedRange(
  parts: readonly WeightedPart[],
  { normalise }: WeightedSumOptions,
): Range | undefined {
  let low = 0;
  let high = 0;
  for (const { reward, weight } of parts) {
    const range = normalise === true ? ([0, 1] as const) : reward.range;
    if (range === undefined) return undefined;
    low += weight * range[weight < 0 ? 1 : 0];
    high += weight * range[weight < 0 ? 0 : 1];
  }
  return [low, high];
}

function distinctNames(ids: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return ids.map((id) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id} (${count})`;
  });
}
