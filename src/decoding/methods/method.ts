import type { DecodingResult, SampledResponse, StopReason, TokenEvent } from '../result.ts';
import type { Run } from '../run.ts';
import type { MethodTraits } from './traits.ts';

/** How a response ended. */
export interface Ending {
  readonly stop: StopReason;
  /** The whole responses to choose from, in the order drawn. */
  readonly samples?: readonly SampledResponse[];
  /** Best-of-N, which takes no steps to sum over. */
  readonly bestOf?: Pick<DecodingResult, 'kl' | 'referenceLogProb'>;
}

/** A response in progress: one event per token. */
export type Written = AsyncGenerator<TokenEvent, Ending, void>;

/** One decoding method: its traits, and how it writes. */
export interface Method extends MethodTraits {
  /** Writes the response of an open run; stops when the run's signal is aborted. */
  write(run: Run): Written;
}
