import type { MethodName } from '../protocol/options.ts';
import type { Shortcuts } from './shortcuts/shortcuts.ts';

/** The two token-level policies: pi_SFT and pi_BL. */
export type PolicyRole = 'reference' | 'baseline';

/** Options of one request, all set and checked. */
export interface DecodingOptions {
  readonly method: MethodName;
  /** Decoding strength; small is strong. */
  readonly alpha: number;
  /** The strength used when pi_BL was aligned, for (15) and (16). */
  readonly beta: number;
  /** k: candidates a step. */
  readonly k: number;
  /**
   * H: tokens a rollout may add after the candidate, as far as `maxTokens` lets it; see
   * `rolloutRoom`.
   */
  readonly rollout: number;
  /** n: rollouts a candidate, greedy when 1; for best-of-N the number of responses. */
  readonly rollouts: number;
  readonly maxTokens: number;
  /** 0 is greedy. Best-of-N samples at 1 then, for N equal responses would be no choice. */
  readonly temperature: number;
  readonly seed: number;
  /** The text is cut before the first of these. */
  readonly stop: readonly string[];
  /** The policy that ARGS decodes: 'reference' is ARGS-SFT, 'baseline' ARGS-DPO. */
  readonly argsPolicy: PolicyRole;
  /** Algorithm 1 in full, whatever `shortcuts` says. */
  readonly exhaustive: boolean;
  readonly shortcuts: Shortcuts;
  /** Most candidates valued at once after the favourite; bounds are looked at between batches. */
  readonly batch: number;
  /** Tokens between two rewards of the text so far, for those who watch; 0 for none. */
  readonly rewardEvery: number;
}

/** Options as a caller gives them: the method, and what differs from the defaults. */
export type DecodingOptionsInput = Pick<DecodingOptions, 'method'> & {
  readonly [Name in keyof Omit<DecodingOptions, 'method' | 'shortcuts'>]?:
    DecodingOptions[Name] | undefined;
} & {
  readonly shortcuts?: { readonly [Name in keyof Shortcuts]?: boolean | undefined } | undefined;
};

/**
 * Tokens a rollout may add after a candidate that follows `committed` tokens of response: H, or
 * what is left, for a response has at most T tokens and a longer one could never be written.
 */
export function rolloutRoom(
  { rollout, maxTokens }: Pick<DecodingOptions, 'rollout' | 'maxTokens'>,
  committed: number,
): number {
  return Math.max(0, Math.min(rollout, maxTokens - committed - 1));
}
