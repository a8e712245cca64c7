import type { MethodName } from '../../protocol/options.ts';
import type { DecodingOptions, PolicyRole } from '../options.ts';

/** How a method values a candidate z from the rewards of responses that begin with [y_<t, z]. */
export interface CandidateEstimate {
  /** Whether z is continued by rollouts before it is scored. */
  readonly rollsOut: boolean;
  /** Whether r_BL takes part, as in (16). */
  readonly usesRewardBaseline: boolean;
  /**
   * @param rewards of the candidate's rollouts, at least one
   * @param baselineRewards of the same rollouts, where r_BL takes part
   */
  value(
    rewards: readonly number[],
    baselineRewards: readonly number[] | undefined,
    beta: number,
  ): number;
}

/** Branches that a method keeps in memory at once. */
export interface Branches {
  readonly count: number;
  /** Tokens of the longest one. */
  readonly length: number;
  /** Names of the options that make them fewer or shorter. */
  readonly options: string;
}

/** What is known of a method before it writes. */
export interface MethodTraits {
  readonly id: MethodName;
  /** What the method is called in the literature. */
  readonly title: string;
  /** The formula by which it chooses, as people read it. */
  readonly score: string;
  /** Where candidates and rollouts come from; 'either' leaves it to the option argsPolicy. */
  readonly policy: PolicyRole | 'either';
  readonly needsReward: boolean;
  /** Whether each step's distribution is compared with pi_SFT's. */
  readonly comparesWithReference: boolean;
  /** H and n where the request leaves them out. */
  readonly defaults: Pick<DecodingOptions, 'rollout' | 'rollouts'>;
  /** The smallest n, and why. */
  readonly minRollouts?: { readonly count: number; readonly reason: string };
  /** Undefined for a method that values no candidates. */
  readonly estimate: CandidateEstimate | undefined;
  /** Undefined for a method without branches. */
  branches(options: DecodingOptions): Branches | undefined;
}
