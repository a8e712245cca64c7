import type { TokenId } from './policy.ts';

/** Why a candidate has no value, or that it has one. */
export type CandidateFate =
  /** The step was decided without rewards, or the method has none. */
  | 'skipped'
  /** It could not win whatever its value (shortcut 3). */
  | 'pruned'
  | 'evaluated';

/** One of the k most likely tokens of a step. */
export interface CandidateReport {
  readonly id: TokenId;
  /** What it adds to the text; empty for an end token or part of a character. */
  readonly text: string;
  /** Natural-log probability under the candidates' policy. */
  readonly logprob: number;
  /** TQ*(s, z) or what stands for it, null where not computed. */
  readonly value: number | null;
  /** log pi + value/alpha; log pi for methods without values; null where not computed. */
  readonly score: number | null;
  /** Text of the (first) rollout after the candidate, null where there is none. */
  readonly rollout: string | null;
  readonly why: CandidateFate;
}

/** One committed token. */
export interface TokenEvent {
  /** Place in the response, from 0. */
  readonly index: number;
  readonly id: TokenId;
  /** What can be shown now; the pieces of all events add up to the result's text. */
  readonly text: string;
  /** Natural-log probability under the candidates' policy; null where it was not computed. */
  readonly logprob: number | null;
  readonly value: number | null;
  /** 'skipped': no reward was needed; 'plain': the method chooses without rewards. */
  readonly decision: 'skipped' | 'evaluated' | 'plain';
  /** Most likely first; empty for best-of-N, which has no candidates a step. */
  readonly candidates: readonly CandidateReport[];
  /** Target reward of the text so far; null where `rewardEvery` did not ask for it. */
  readonly reward: number | null;
  /** `DecodingResult.kl` as far as it has come, in nats. */
  readonly kl: number | null;
  /** Milliseconds since the request, without those that `reward` took. */
  readonly wallMs: number;
}

/** What the response cost, and what Algorithm 1 in full would have cost. */
export interface DecodingStats {
  /** Tokens committed, each by one decision. */
  readonly steps: number;
  /** Steps decided without any reward. */
  readonly skippedSteps: number;
  /** Candidates (for best-of-N: responses) that were valued. */
  readonly candidatesEvaluated: number;
  /** Tokens of the rollouts after their candidate, whether computed or carried over. */
  readonly rolloutTokens: number;
  /** Positions through all policies, prompts included. */
  readonly policyPositions: number;
  /** Positions of the prompt that were left from earlier texts, and so are not among them. */
  readonly takenOverPositions: number;
  /** Responses the target reward scored (repeated ones once, with dedupe). */
  readonly responsesScored: number;
  /** Positions through the models of all rewards; 0 for rewards on text. */
  readonly rewardPositions: number;
  /**
   * Positions through the lower layers that models on one base share; those of policies and rewards
   * together, each once however many of them read it. Null where no model shares any.
   */
  readonly trunkPositions: number | null;
  /** Candidates that Algorithm 1 values: k a step. */
  readonly exhaustiveCandidates: number;
  /** Tokens of its rollouts: n H a candidate, fewer where a rollout is known to end early. */
  readonly exhaustiveRolloutTokens: number;
  /**
   * Positions of Algorithm 1 through the policies, over one kept copy of the text: what was
   * computed beside rollouts here (prompt and committed tokens), and for each candidate that is no
   * end token n rollouts that read the candidate and all but the last of their tokens, H in all
   * where the rollout's end is not known. So an upper bound, since rollouts may end early; in
   * exhaustive mode it is `policyPositions`, which is counted.
   */
  readonly exhaustivePositions: number;
  /**
   * Positions of Algorithm 1 through the reward models, each of which reads the prompt and what the
   * responses of a step begin alike with once a step. Rollouts count as far as they are known, else
   * with H tokens, so it is exact where every candidate was valued and an upper bound elsewhere;
   * for a model that reads text by itself it is the mean of its readings. In exhaustive mode it is
   * `rewardPositions`, which is counted.
   */
  readonly exhaustiveRewardPositions: number;
  /** False where bounds were off or the reward has no range. */
  readonly boundsUsed: boolean;
  /** From the request to the first event. */
  readonly firstTokenMs: number | null;
  /**
   * From the request to the result, the time the consumer of the events took included and that of
   * the rewards in token events left out.
   */
  readonly wallMs: number;
  readonly tokensPerSecond: number;
}

/** One response of best-of-N. */
export interface SampledResponse {
  readonly text: string;
  readonly reward: number;
}

/** Why a response ended. */
export type StopReason = 'eos' | 'length' | 'stop' | 'cancelled';

/** The finished response. */
export interface DecodingResult {
  readonly text: string;
  /** The committed tokens: a closing end token and those of a stop string are included. */
  readonly ids: readonly TokenId[];
  readonly stop: StopReason;
  /** The target reward of the text; null without one, or when cancelled. */
  readonly reward: number | null;
  /** Its components, where it has any. */
  readonly parts?: Readonly<Record<string, number>>;
  /**
   * Sum over the steps of KL(pi_alg(.|s_t) || pi_ref(.|s_t)) in nats, pi_alg the softmax of the
   * scores over the k candidates, (12), at any temperature; pi itself for plain methods. For
   * best-of-N the bound log N - (N-1)/N. Null where the reference policy is not given or has
   * another vocabulary, and for best-of-N at a temperature other than 1.
   */
  readonly kl: number | null;
  /** False where values that were not computed had to be guessed, or `kl` is a bound or null. */
  readonly klExact: boolean;
  /** Best-of-N: all N responses in the order drawn. */
  readonly samples?: readonly SampledResponse[];
  readonly stats: DecodingStats;
}
