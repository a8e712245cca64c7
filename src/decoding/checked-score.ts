import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { Reward } from './reward.ts';

/** How far rounding may take a score out of its range, as a share of the range's width. */
const roundingSlack = 1e-6;

/**
 * A score of a reward, within the range that the reward states. Everything that takes scores from a
 * reward checks them here: bounds, sums and constraints rely on the range.
 * @throws TqError badReward, naming the reward, when the score is not a finite number in the range
 */
export function checkedScore({ id, range }: Pick<Reward, 'id' | 'range'>, score: number): number {
  if (!Number.isFinite(score)) fail(id, `gave ${score}; a score must be a finite number`);
  if (range === undefined) return score;
  const [low, high] = range;
  const slack = (high - low) * roundingSlack;
  if (score < low - slack || score > high + slack) {
    fail(id, `gave ${score}, outside the range [${low}, ${high}] that it states`);
  }
  return Math.min(Math.max(score, low), high);
}

function fail(id: string, what: string): never {
  throw new TqError(ErrorCode.badReward, `The reward "${id}" ${what}.`);
}
