import { softmax } from './softmax.ts';

/**
 * The direct estimate of TQ*(s, z), (10): the mean reward of the rollouts.
 * @param rewards at least one
 */
export function meanValue(rewards: readonly number[]): number {
  const sum = rewards.reduce((total, reward) => total + reward, 0);
  return within(rewards, sum / rewards.length);
}

/**
 * The indirect estimate of TQ*(s, z), (16): the rewards weighted by softmax((r - r_BL)/beta + log
 * mass), which are the self-normalised importance weights of (15). A constant added to all baseline
 * rewards cancels.
 * @param logMasses log of the probability mass of each response; absent for samples of rho_BL,
 *   which all have the same
 */
export function selfNormalisedValue(
  rewards: readonly number[],
  baselineRewards: readonly number[],
  beta: number,
  logMasses?: readonly number[],
): number {
  const weights = softmax(
    rewards.map(
      (reward, index) => (reward - baselineRewards[index]!) / beta + (logMasses?.[index] ?? 0),
    ),
  );
  const value = rewards.reduce((total, reward, index) => total + weights[index]! * reward, 0);
  return within(rewards, value);
}

/**
 * Clamps an average to the range of its terms, which rounding may leave and shortcut 3 relies on.
 */
function within(rewards: readonly number[], average: number): number {
  return Math.min(Math.max(average, Math.min(...rewards)), Math.max(...rewards));
}
