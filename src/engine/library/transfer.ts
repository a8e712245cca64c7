import type { GenerationOptions, MethodName } from '../../protocol/options.ts';
import type { Alignment, LoadedPolicies, LoadedPolicy } from './loaded-policy.ts';

/** The method and beta for a baseline policy and a target reward. */
export interface Transfer {
  /** The requested method, else the one that fits the baseline policy. */
  readonly method: MethodName;
  /** The requested beta, else the baseline policy's; undefined if neither is known. */
  readonly beta: number | undefined;
}

/**
 * Chooses direct transfer (10) if the baseline policy was aligned to the target reward, or indirect
 * transfer (16) if it was aligned to another reward. A requested method is kept.
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

/** The method that a request runs in effect. */
export function methodInEffect(
  method: MethodName,
  { reference, baseline }: LoadedPolicies,
): MethodName {
  const transfers = method === 'tq' || method === 'dt';
  return transfers && reference.policy === baseline.policy ? 'cd' : method;
}

/** Whether a method transfers directly or indirectly; undefined without a known alignment. */
export function kindOfTransfer(
  method: MethodName,
  { alignment }: Pick<LoadedPolicy, 'alignment'>,
): 'direct' | 'indirect' | undefined {
  if (!alignment) return undefined;
  if (method === 'tq-indirect') return 'indirect';
  return method === 'tq' || method === 'dt' ? 'direct' : undefined;
}

/** A sentence that says which transfer is used, and why. */
export function describeTransfer(
  method: MethodName,
  policies: LoadedPolicies,
  {
    reward,
    rewardBaseline,
    indirectReference = 'derived',
  }: Pick<GenerationOptions, 'reward' | 'rewardBaseline' | 'indirectReference'>,
): string | undefined {
  const { id, alignment } = policies.baseline;
  if (methodInEffect(method, policies) !== method) {
    return `Controlled decoding (cd): ${method} with the baseline policy ${id}, which is also the reference policy, transfers nothing. For Transfer Q*, name a baseline policy that was aligned to a reward.`;
  }
  const kind = kindOfTransfer(method, { alignment });
  if (!alignment || reward === undefined || kind === undefined) return undefined;
  const own = `${alignment.reward} (beta ${alignment.beta})`;
  const baseline = `the baseline policy ${id} was aligned to ${own}`;
  if (kind === 'indirect') {
    const read = referenceSentence[indirectReference];
    if (isAlignedTo(alignment, reward)) {
      return `Indirect transfer (tq-indirect), as requested: ${baseline}, which is the target reward; tq would transfer directly. ${read}`;
    }
    const means = rewardBaseline === undefined ? "DPO's implicit reward" : 'the requested one';
    return `Indirect transfer (tq-indirect): ${baseline}, not to the target reward; its baseline reward is ${means}. ${read}`;
  }
  return isAlignedTo(alignment, reward)
    ? `Direct transfer (${method}): ${baseline}, which is the target reward.`
    : `Direct transfer (${method}), as requested: ${baseline}, not to the target reward; tq-indirect would correct for that.`;
}

const referenceSentence = {
  derived: 'The reference policy of (17) is derived from rho_r.',
  baseline: 'The reference policy of (17) is pi_BL.',
} as const;

function isAlignedTo(
  alignment: Alignment,
  reward: NonNullable<GenerationOptions['reward']>,
): boolean {
  return typeof reward === 'string' && reward.trim() === alignment.reward;
}
