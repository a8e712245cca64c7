import { ErrorCode, TqError } from '../protocol/errors.ts';
import { methodOf, type Method, type PolicyRole } from './methods.ts';
import { checkOptions, type DecodingOptions, type DecodingOptionsInput } from './options.ts';
import type { Policy } from './policy.ts';
import type { Reward, RewardPrompt } from './reward.ts';
import type { Decode } from './text.ts';

/** One request to write a response. */
export interface DecodingRequest {
  /** The prompt; its tokens are those of the policy that writes. */
  readonly prompt: RewardPrompt;
  readonly options: DecodingOptionsInput;
  readonly policies: { readonly [Role in PolicyRole]?: Policy | undefined };
  /** r and r_BL; without r_BL, tq-indirect takes DPO's implicit reward. */
  readonly rewards?:
    { readonly target?: Reward | undefined; readonly baseline?: Reward | undefined } | undefined;
  readonly decode: Decode;
  /** Milliseconds of a clock that does not run backwards. */
  readonly now?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A checked request: which policies and rewards take part, and how. */
export interface DecodingPlan {
  readonly method: Method;
  readonly options: DecodingOptions;
  readonly prompt: RewardPrompt;
  /** Proposes the candidates, and rolls them out. */
  readonly policy: Policy;
  /** pi_SFT, where it takes part: in the KL, and in the implicit baseline reward. */
  readonly reference: Policy | undefined;
  readonly target: Reward | undefined;
  /** r_BL, for (16); undefined there means the implicit one. */
  readonly baselineReward: Reward | undefined;
}

/**
 * Checks a request before anything is computed.
 * @throws TqError invalidInput, or contextFull when the response might not fit
 */
export function planDecoding(request: DecodingRequest): DecodingPlan {
  const { prompt, policies, rewards } = request;
  const method = methodOf(request.options.method);
  const role = method.policy === 'either' ? argsRole(request.options) : method.policy;
  const policy = policies[role];
  if (policy === undefined) fail(`The method ${method.id} needs a ${role} policy; none was given.`);
  const options = checkOptions(request.options, policy.vocabularySize);
  if (prompt.tokens.length === 0) {
    fail('The prompt is empty; it needs at least one token.');
  }
  if (method.selection !== 'plain' && rewards?.target === undefined) {
    fail(`The method ${method.id} needs a target reward; none was given.`);
  }
  const indirect = method.estimate === 'self-normalised';
  const reference = sharesVocabulary(policies.reference, policy) ? policies.reference : undefined;
  if (indirect && rewards?.baseline === undefined && reference === undefined) {
    fail(
      'The method tq-indirect needs a baseline reward, or for the implicit one a reference policy ' +
        `with the vocabulary of "${policy.id}"; neither was given.`,
    );
  }
  const plan: DecodingPlan = {
    method,
    options,
    prompt,
    policy,
    reference: method.selection === 'best-of-n' ? undefined : reference,
    target: rewards?.target,
    baselineReward: indirect ? rewards?.baseline : undefined,
  };
  checkContext(plan);
  return plan;
}

function argsRole(options: DecodingOptionsInput): PolicyRole {
  return options.argsPolicy === 'baseline' ? 'baseline' : 'reference';
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
