import type { IndirectReference, MethodName, RolloutLaw } from '../protocol/options.ts';
import type { Shortcuts } from './shortcuts/shortcuts.ts';

/** The two token-level policies: pi_SFT and pi_BL. */
export type PolicyRole = 'reference' | 'baseline';

/** Options of one request, all set and checked. */
export interface DecodingOptions {
  readonly method: MethodName;
  /** Decoding strength; smaller is stronger. */
  readonly alpha: number;
  /** The strength with which pi_BL was aligned, for (15) and (16). */
  readonly beta: number;
  /** k: candidates a step. */
  readonly k: number;
  /**
   * H: the most tokens of a rollout after the candidate; `maxTokens` limits it further, see
   * `rolloutRoom`.
   */
  readonly rollout: number;
  /** n: rollouts per candidate, greedy if 1; for best-of-N, the number of responses. */
  readonly rollouts: number;
  /** The reading of pi_ref in (17), for tq-indirect. */
  readonly indirectReference: IndirectReference;
  /** Which rollouts share random numbers, if there are two or more a candidate. */
  readonly rolloutLaw: RolloutLaw;
  readonly maxTokens: number;
  /** 0 is greedy; best-of-N then samples at 1, since N greedy responses would be equal. */
  readonly temperature: number;
  readonly seed: number;
  /** The text ends before the first of these. */
  readonly stop: readonly string[];
  /** The policy that ARGS decodes: 'reference' is ARGS-SFT, 'baseline' ARGS-DPO. */
  readonly argsPolicy: PolicyRole;
  /** Runs Algorithm 1 in full and ignores `shortcuts`. */
  readonly exhaustive: boolean;
  readonly shortcuts: Shortcuts;
  /** Most candidates valued at once after the favourite; bounds are checked between batches. */
  readonly batch: number;
  /** Tokens between two rewards of the text so far, for display; 0 for none. */
  readonly rewardEvery: number;
}

/** Options of a caller: the method, and what differs from the defaults. */
export type DecodingOptionsInput = Pick<DecodingOptions, 'method'> & {
  readonly [Name in keyof Omit<DecodingOptions, 'method' | 'shortcuts'>]?:
    DecodingOptions[Name] | undefined;
} & {
  readonly shortcuts?: { readonly [Name in keyof Shortcuts]?: boolean | undefined } | undefined;
};

/**
 * Tokens a rollout may add after a candidate that follows `committed` tokens of response: H, or
 * less near the end, because a response has at most T tokens.
 */
export function rolloutRoom(
  { rollout, maxTokens }: Pick<DecodingOptions, 'rollout' | 'maxTokens'>,
  committed: number,
): number {
  return Math.max(0, Math.min(rollout, maxTokens - committed - 1));
}
