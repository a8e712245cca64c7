import type { GenerationOptions, MethodName } from '../../protocol/options.ts';
import type { Alignment, LoadedPolicy } from './loaded-policy.ts';

/** How a baseline policy serves a target reward. */
export interface Transfer {
  /** The method asked for, else the one that fits the baseline policy. */
  readonly method: MethodName;
  /** The beta asked for, else the baseline policy's own; undefined where neither is known. */
  readonly beta: number | undefined;
}

/**
 * Chooses between direct transfer (10), where the baseline policy was aligned to the target reward,
 * and indirect transfer (16), where it was aligned to another. A method that is asked for stays.
 */
export function chooseTransfer(
  { method, beta, reward }: Pick<GenerationOptions, 'method' | 'beta' | 'reward'>,
  alignment: Alignment | undefined,
): Transfer {
  const indirect = alignment && reward !== undefined && !isAlignedTo(alignment, reward);
  return {
    method: method ?? (indirect ? 'tq-indirect' : 'tq'),
    beta: beta ?? alignment?.beta,
  };
}

/** Which transfer a method makes of a baseline policy; undefined where that is not known. */
export function kindOfTransfer(
  method: MethodName,
  { alignment }: Pick<LoadedPolicy, 'alignment'>,
): 'direct' | 'indirect' | undefined {
  if (!alignment) return undefined;
  if (method === 'tq-indirect') return 'indirect';
  return method === 'tq' || method === 'dt' ? 'direct' : undefined;
}

/** One sentence on which transfer a method makes of a baseline policy, and why. */
export function describeTransfer(
  method: MethodName,
  { id, alignment }: Pick<LoadedPolicy, 'id' | 'alignment'>,
  { reward, rewardBaseline }: Pick<GenerationOptions, 'reward' | 'rewardBaseline'>,
): string | undefined {
  const kind = kindOfTransfer(method, { alignment });
  if (!alignment || reward === undefined || kind === undefined) return undefined;
  const own = `${alignment.reward} (beta ${alignment.beta})`;
  const baseline = `the baseline policy ${id} was aligned to ${own}`;
  if (kind === 'indirect') {
    if (isAlignedTo(alignment, reward)) {
      return `Indirect transfer, as asked for: ${baseline}, the target reward itself, for which tq transfers directly.`;
    }
    const means = rewardBaseline === undefined ? "DPO's implicit reward" : 'the reward given';
    return `Indirect transfer (tq-indirect): ${baseline}, not to the target reward; its baseline reward is ${means}.`;
  }
  return isAlignedTo(alignment, reward)
    ? `Direct transfer (${method}): ${baseline}, which is the target reward.`
    : `Direct transfer (${method}), as asked for: ${baseline}, not to the target reward; tq-indirect corrects for that.`;
}

function isAlignedTo(
  alignment: Alignment,
  reward: NonNullable<GenerationOptions['reward']>,
): boolean {
  return typeof reward === 'string' && reward.trim() === alignment.reward;
}
