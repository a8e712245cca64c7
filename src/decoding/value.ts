import { logSumExp, softmax } from './softmax.ts';

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
  const exponents = logWeights(rewards, baselineRewards, beta);
  const weights = softmax(exponents.map((exponent, index) => exponent + (logMasses?.[index] ?? 0)));
  const value = rewards.reduce((total, reward, index) => total + weights[index]! * reward, 0);
  return within(rewards, value);
}

/** The self-normalised weights of (16): softmax((r - r_BL)/beta), which sum to 1. */
export function weightsOf(
  rewards: readonly number[],
  baselineRewards: readonly number[],
  beta: number,
): number[] {
  return softmax(logWeights(rewards, baselineRewards, beta));
}

/**
 * The estimate of log E_BL[exp((r - r_BL)/beta) | s, z] from the rollouts: the log of the mean of
 * the weights before they are normalised. A constant added to all baseline rewards moves it by that
 * constant over beta, for all candidates alike. With one rollout it is (r - r_BL)/beta exactly.
 */
export function logMeanWeight(
  rewards: readonly number[],
  baselineRewards: readonly number[],
  beta: number,
): number {
  const exponents = logWeights(rewards, baselineRewards, beta);
  return within(exponents, logSumExp(exponents) - Math.log(exponents.length));
}

/** (r - r_BL)/beta, the log of each weight of (15) and (16). */
function logWeights(
  rewards: readonly number[],
  baselineRewards: readonly number[],
  beta: number,
): number[] {
  return rewards.map((reward, index) => (reward - baselineRewards[index]!) / beta);
}

/**
 * Clamps an average to the range of its terms, which rounding may leave and shortcut 3 relies on.
 */
function within(terms: readonly number[], average: number): number {
  return Math.min(Math.max(average, Math.min(...terms)), Math.max(...terms));
}
