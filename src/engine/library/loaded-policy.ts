import type { Policy } from '../../decoding/policy.ts';
import type { DeviceReport } from '../../protocol/requests.ts';
import type { TextTokenizer } from '../models/tokenizer/text-tokenizer.ts';
import type { DecoderPolicy } from '../policy/decoder-policy.ts';

/** The reward that a policy was aligned to. */
export interface Alignment {
  /** Id of its baseline reward r_BL. */
  readonly reward: string;
  /** KL strength beta of (7) in that alignment. */
  readonly beta: number;
}

/** A policy with its tokenizer. */
export interface LoadedPolicy {
  readonly id: string;
  readonly policy: Policy;
  readonly tokenizer: TextTokenizer;
  /** Undefined when unknown. */
  readonly alignment: Alignment | undefined;
  /** Undefined for a policy that another program runs. */
  readonly local: LocalRuntime | undefined;
}

/** What only a policy that runs in this process has. */
export interface LocalRuntime {
  readonly device: DeviceReport;
  /** The policy itself, with its KV cache and its trunk. */
  readonly decoder: DecoderPolicy;
}

/** A policy that this process runs. */
export interface LocalPolicy extends LoadedPolicy {
  readonly local: LocalRuntime;
}

/** The policies of one request, by the role they have in it. */
export interface LoadedPolicies {
  /** pi_ref, which proposes candidates and which divergences are measured against. */
  readonly reference: LoadedPolicy;
  /** pi_BL, the policy that was aligned to a baseline reward. */
  readonly baseline: LoadedPolicy;
}
