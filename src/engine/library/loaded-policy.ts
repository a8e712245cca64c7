import type { Policy } from '../../decoding/policy.ts';
import type { DeviceReport } from '../../protocol/requests.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import type { DecoderPolicy } from '../policy/decoder-policy.ts';

/** What a policy was aligned to, where that is known. */
export interface Alignment {
  /** Id of its baseline reward r_BL. */
  readonly reward: string;
  /** Strength beta of (7) that it was aligned with. */
  readonly beta: number;
}

/** A policy with what turns text into its tokens and back. */
export interface LoadedPolicy {
  readonly id: string;
  readonly policy: Policy;
  readonly tokenizer: TextTokenizer;
  /** What it was aligned to, where that is known. */
  readonly alignment: Alignment | undefined;
  /** Undefined for a policy that another program runs. */
  readonly local: LocalRuntime | undefined;
}

/** What is known of a policy that this process runs. */
export interface LocalRuntime {
  readonly device: DeviceReport;
  /** The policy itself: memory of its branches, layers it shares. */
  readonly decoder: DecoderPolicy;
}

/** A policy that this process runs. */
export interface LocalPolicy extends LoadedPolicy {
  readonly local: LocalRuntime;
}

/** The policies of one request, by the role they have in it. */
export interface LoadedPolicies {
  /** pi_ref, the policy that candidates and divergences refer to. */
  readonly reference: LoadedPolicy;
  /** pi_BL, the policy that was aligned to a baseline reward. */
  readonly baseline: LoadedPolicy;
}
