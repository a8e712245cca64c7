import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Reward, RewardSession } from '../../decoding/reward.ts';

/**
 * Returns a copy of `scores` if there are `expected` of them and all are finite. The message names
 * only the reward and the score, because the text may be private and messages end up in logs.
 *
 * @throws TqError badReward otherwise.
 */
export function requireFiniteScores(
  rewardId: string,
  scores: readonly number[],
  expected: number,
): number[] {
  if (scores.length !== expected) {
    throw new TqError(
      ErrorCode.badReward,
      `The reward '${rewardId}' returned ${scores.length} scores for ${expected} responses; it must return one for each.`,
    );
  }
  const bad = scores.find((score) => !Number.isFinite(score));
  if (bad !== undefined) {
    throw new TqError(
      ErrorCode.badReward,
      `The reward '${rewardId}' returned the score ${bad}; it must be a finite number.`,
    );
  }
  return [...scores];
}

/** Refuses scores of `reward` that are not finite; everything else passes through. */
export function withFiniteScores(reward: Reward): Reward {
  return {
    id: reward.id,
    range: reward.range,
    textOnly: reward.textOnly,
    readsWhole: reward.readsWhole,
    open: async (prompt, options) => finiteSession(reward.id, await reward.open(prompt, options)),
  };
}

function finiteSession(rewardId: string, session: RewardSession): RewardSession {
  const { parts, commit } = session;
  return {
    get positions() {
      return session.positions;
    },
    get trunkPositions() {
      return session.trunkPositions;
    },
    score: async (responses, signal) =>
      requireFiniteScores(rewardId, await session.score(responses, signal), responses.length),
    ...(parts && { parts: (response) => parts.call(session, response) }),
    ...(commit && { commit: (token) => commit.call(session, token) }),
    close: () => {
      session.close();
    },
  };
}
