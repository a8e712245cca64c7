import type { MethodName } from '../../protocol/options.ts';
import type { DecodingOptions, PolicyRole } from '../options.ts';
import type { Estimate } from '../ranking.ts';

/** How a method values a candidate z from the rewards of responses that begin with [y_<t, z]. */
export interface CandidateEstimate {
  /** Whether rollouts continue z before it is scored. */
  readonly rollsOut: boolean;
  /** Whether the value uses r_BL, as in (16). */
  readonly usesRewardBaseline: boolean;
  /**
   * @param rewards of the candidate's rollouts, at least one
   * @param baselineRewards of the same rollouts, if the value uses r_BL
   */
  of(
    rewards: readonly number[],
    baselineRewards: readonly number[] | undefined,
    options: Pick<DecodingOptions, 'beta' | 'indirectReference'>,
  ): Estimate;
}

/** Branches that a method keeps in memory at once. */
export interface Branches {
  readonly count: number;
  /** Tokens of the longest one. */
  readonly length: number;
  /** Names of the options that reduce their number or length. */
  readonly options: string;
}

/** The properties of a method. */
export interface MethodTraits {
  readonly id: MethodName;
  /** The method's name in the literature. */
  readonly title: string;
  /** The formula by which it chooses, for display. */
  readonly score: string;
  /** The policy of candidates and rollouts; with 'either', the option argsPolicy decides. */
  readonly policy: PolicyRole | 'either';
  readonly needsReward: boolean;
  /** Whether the KL to pi_SFT is computed in each step. */
  readonly comparesWithReference: boolean;
  /** Defaults of H and n. */
  readonly defaults: Pick<DecodingOptions, 'rollout' | 'rollouts'>;
  /** The smallest n and the reason, where 1 is not enough. */
  minRollouts?(
    options: DecodingOptions,
  ): { readonly count: number; readonly reason: string } | undefined;
  /** Undefined for a method that values no candidates. */
  readonly estimate: CandidateEstimate | undefined;
  /** Undefined for a method without branches. */
  branches(options: DecodingOptions): Branches | undefined;
}
