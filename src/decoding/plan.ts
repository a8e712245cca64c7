import { ErrorCode, TqError } from '../protocol/errors.ts';
import { checkOptions } from './check-options.ts';
import type { MethodTraits } from './methods/traits.ts';
import type { DecodingOptions, DecodingOptionsInput, PolicyRole } from './options.ts';
import type { Policy } from './policy.ts';
import { scoreOf, type EstimateBounds } from './ranking.ts';
import type { Reward, RewardPrompt } from './reward.ts';
import { estimateBounds, strengthsOf, type Bounded } from './shortcuts/bounds.ts';
import type { Decode, Encode, Hides } from './text.ts';

/** A request to write one response. */
export interface DecodingRequest {
  /** The prompt; its tokens are those of the policy that writes. */
  readonly prompt: RewardPrompt;
  readonly options: DecodingOptionsInput;
  readonly policies: { readonly [Role in PolicyRole]?: Policy | undefined };
  /** r and r_BL; without r_BL, tq-indirect takes DPO's implicit reward. */
  readonly rewards?:
    { readonly target?: Reward | undefined; readonly baseline?: Reward | undefined } | undefined;
  readonly decode: Decode;
  /** For the final reward; without it, that reads the tokens as they were written. */
  readonly encode?: Encode | undefined;
  /** For models that think; needs `encode`. */
  readonly hides?: Hides | undefined;
  /** Milliseconds of a monotonic clock. */
  readonly now?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A checked request: which policies and rewards it uses, and how. */
export interface DecodingPlan {
  readonly method: MethodTraits;
  readonly options: DecodingOptions;
  readonly prompt: RewardPrompt;
  /** Proposes the candidates and continues them in rollouts. */
  readonly policy: Policy;
  /** pi_SFT, if it is used: for the KL and for the implicit baseline reward. */
  readonly reference: Policy | undefined;
  readonly target: Reward | undefined;
  /** r_BL for (16); if undefined, (16) uses the implicit one. */
  readonly rewardBaseline: Reward | undefined;
  /** Bounds of every candidate's estimate; undefined if there are none, so that none is pruned. */
  readonly bounds: EstimateBounds | undefined;
}

/**
 * Checks a request without computing anything.
 * @throws TqError invalidInput, or contextFull when the response might not fit
 */
export function planDecoding(request: DecodingRequest, method: MethodTraits): DecodingPlan {
  const { prompt, policies, rewards } = request;
  const role = policyRole(method, request.options);
  const policy = policies[role];
  if (policy === undefined) fail(`The method ${method.id} needs a ${role} policy; none was given.`);
  const options = checkOptions(request.options, method, policy.vocabularySize, rewards?.target);
  if (prompt.tokens.length === 0) {
    fail('The prompt is empty; it needs at least one token.');
  }
  requireReward(method, rewards?.target);
  const { rolloutLaw, rollouts } = options;
  if (policy.partial && method.estimate?.rollsOut && rollouts > 1 && rolloutLaw === 'common') {
    fail(
      `The option rolloutLaw is "common", which needs all probabilities of the policy "${policy.id}"; a server gives the likeliest, so use "independent".`,
    );
  }
  const usesRewardBaseline = method.estimate?.usesRewardBaseline === true;
  const reference = sharesVocabulary(policies.reference, policy) ? policies.reference : undefined;
  if (usesRewardBaseline && rewards?.baseline === undefined && reference === undefined) {
    fail(
      `The method ${method.id} needs a baseline reward, or for the implicit one a reference policy ` +
        `with the vocabulary of "${policy.id}"; neither was given.`,
    );
  }
  const unbounded = {
    method,
    options,
    prompt,
    policy,
    reference: method.comparesWithReference ? reference : undefined,
    target: rewards?.target,
    rewardBaseline: usesRewardBaseline ? rewards?.baseline : undefined,
  };
  const plan: DecodingPlan = { ...unbounded, bounds: checkedBounds(unbounded) };
  checkContext(plan);
  return plan;
}

/** Which policy writes. */
export function policyRole(
  { policy }: MethodTraits,
  { argsPolicy }: Pick<DecodingOptionsInput, 'argsPolicy'>,
): PolicyRole {
  if (policy !== 'either') return policy;
  return argsPolicy === 'baseline' ? 'baseline' : 'reference';
}

/** @throws TqError invalidInput when the method needs a target reward and none is given */
export function requireReward({ id, needsReward }: MethodTraits, target: unknown): void {
  if (!needsReward || target !== undefined) return;
  fail(`The method ${id} needs a target reward; none was given.`);
}

/** @throws TqError invalidInput if the scores of the rewards' ranges overflow */
function checkedBounds(plan: Bounded): EstimateBounds | undefined {
  const bounds = estimateBounds(plan);
  const { alpha } = plan.options;
  const scores =
    bounds &&
    [bounds.low, bounds.high].map((each) => scoreOf({ token: 0, logProb: 0 }, each, alpha));
  if (scores === undefined || Number.isFinite(scores[1]! - scores[0]!)) return bounds;
  const [low, high] = plan.target!.range!;
  return fail(
    `The option ${strengthsOf(plan)} is too small to divide rewards in the range [${low}, ${high}] by; take a larger one.`,
  );
}

function sharesVocabulary(reference: Policy | undefined, policy: Policy): boolean {
  return reference?.vocabularyId === policy.vocabularyId;
}

function checkContext({ options, prompt, policy, reference }: DecodingPlan): void {
  const needed = prompt.tokens.length + options.maxTokens;
  for (const each of new Set([policy, reference])) {
    if (each === undefined || needed <= each.contextLength) continue;
    const room = each.contextLength - prompt.tokens.length;
    const parts = `${prompt.tokens.length} prompt tokens and ${options.maxTokens} new ones`;
    const remedy =
      room >= 1
        ? `at most ${room} new tokens fit this prompt`
        : `at most ${Math.max(0, each.contextLength - options.maxTokens)} prompt tokens fit`;
    throw new TqError(
      ErrorCode.contextFull,
      `${parts} need ${needed} of the ${each.contextLength} positions of the policy "${each.id}"; ${remedy}.`,
    );
  }
}

function fail(message: string): never {
  throw new TqError(ErrorCode.invalidInput, message);
}
