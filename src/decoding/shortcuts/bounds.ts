import type { MethodTraits } from '../methods/traits.ts';
import type { DecodingOptions } from '../options.ts';
import type { Policy } from '../policy.ts';
import type { EstimateBounds } from '../ranking.ts';
import type { Range, Reward } from '../reward.ts';

/** What the bounds of an estimate follow from. */
export interface Bounded {
  readonly method: MethodTraits;
  readonly options: DecodingOptions;
  /** pi_BL and pi_SFT. */
  readonly policy: Policy;
  readonly reference: Policy | undefined;
  /** r, and r_BL unless it is the implicit one. */
  readonly target: Reward | undefined;
  readonly rewardBaseline: Reward | undefined;
}

/**
 * Bounds of every estimate of a request (shortcut 3), from those of r and r_BL.
 *
 * A mean of rewards in [lo, hi] lies in [lo, hi], also with the weights of (16). Every weight lies
 * between exp((lo - hi_BL)/beta) and exp((hi - lo_BL)/beta), and so does their mean. Rewards of hi
 * at a baseline reward of lo_BL reach both upper bounds at once, and lo at hi_BL both lower ones:
 * the bounds of the sum are the sums of the bounds, and none is tighter.
 *
 * @returns undefined if r has no range, or if the estimate's second number needs an r_BL that has
 *   none, such as DPO's implicit reward: then no candidate can be pruned
 */
export function estimateBounds(plan: Bounded): EstimateBounds | undefined {
  const { target, options } = plan;
  if (target?.range === undefined) return undefined;
  const [low, high] = target.range;
  if (!usesMeanWeight(plan)) {
    return { low: { value: low, logMeanWeight: 0 }, high: { value: high, logMeanWeight: 0 } };
  }
  const range = baselineRange(plan);
  if (range === undefined) return undefined;
  const [lowBaseline, highBaseline] = range;
  const { beta } = options;
  return {
    low: { value: low, logMeanWeight: (low - highBaseline) / beta },
    high: { value: high, logMeanWeight: (high - lowBaseline) / beta },
  };
}

/** Whether the score has the mean weight of (17), because pi_ref is derived from (15). */
export function usesMeanWeight({ method, options }: Pick<Bounded, 'method' | 'options'>): boolean {
  return method.estimate?.usesRewardBaseline === true && options.indirectReference === 'derived';
}

/** The options that rewards are divided by, with their values, for messages. */
export function strengthsOf(plan: Pick<Bounded, 'method' | 'options'>): string {
  const { alpha, beta } = plan.options;
  return usesMeanWeight(plan) ? `alpha ${alpha} or beta ${beta}` : `alpha ${alpha}`;
}

/** The range of r_BL; the implicit reward is 0 where pi_BL is pi_SFT, and else unbounded. */
function baselineRange({ rewardBaseline, policy, reference }: Bounded): Range | undefined {
  if (rewardBaseline !== undefined) return rewardBaseline.range;
  return reference === policy ? [0, 0] : undefined;
}
