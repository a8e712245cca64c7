import type { TokenId } from './policy.ts';

/** Whether a candidate was valued, and if not, why. */
export type CandidateFate =
  /** The step was decided without rewards, or the method has none. */
  | 'skipped'
  /** It could not win with any value (shortcut 3). */
  | 'pruned'
  | 'evaluated';

/** How far a text's policy is from the reference policy: bounds of a KL, in nats. */
export interface Divergence {
  /**
   * 'exact': both bounds are the KL. 'interval': values that no decision needed are bounded by the
   * reward's range. 'lower-bound': nothing bounds it from above. 'upper-bound': only `high` was
   * computed, and `low` is 0.
   */
  readonly kind: 'exact' | 'interval' | 'lower-bound' | 'upper-bound';
  readonly low: number;
  /** Null for a lower bound. */
  readonly high: number | null;
  /**
   * Whose KL: of the plain policy itself; of the softmax of the scores over the k candidates, (12);
   * or of best-of-N's distribution of whole texts.
   */
  readonly of: 'policy' | 'softmax-policy' | 'best-of-n';
  /**
   * The text whose states are summed over. A greedy text takes the argmax in each state, so the KL
   * there is of the policy that could be sampled, along the greedy path.
   */
  readonly path: 'greedy' | 'sampled';
}

/** One scored response that begins with a candidate. */
export interface RolloutReport {
  /** Text of the rollout after the candidate; null if the method has no rollouts. */
  readonly text: string | null;
  readonly ended: boolean;
  /** r of the response. */
  readonly reward: number;
  /** r_BL, or its implicit form of the candidate and its rollout; null if it is not used. */
  readonly baselineReward: number | null;
  /** Its weight of (16), out of 1; null without r_BL. */
  readonly weight: number | null;
}

/** One of the k most likely tokens of a step. */
export interface CandidateReport {
  readonly id: TokenId;
  /** What it adds to the text; empty for an end token or an incomplete character. */
  readonly text: string;
  /** Natural-log probability under the candidates' policy. */
  readonly logprob: number;
  /** TQ*(s, z) or the method's own value; null if not computed. */
  readonly value: number | null;
  /** log of the mean weight of (17), part of the score; null if not computed or not used. */
  readonly logMeanWeight: number | null;
  /** log pi_ref + value/alpha; log pi for methods without values; null if not computed. */
  readonly score: number | null;
  /** What a sampled choice adds to the score: temperature times a Gumbel number; else null. */
  readonly noise: number | null;
  /** All scored responses of the candidate; empty if it was not valued. */
  readonly rollouts: readonly RolloutReport[];
  readonly why: CandidateFate;
}

/** One committed token. */
export interface TokenEvent {
  /** Place in the response, from 0. */
  readonly index: number;
  readonly id: TokenId;
  /** Text to show now; the pieces of all events add up to the result's text. */
  readonly text: string;
  /** Natural-log probability under the candidates' policy; null if not computed. */
  readonly logprob: number | null;
  readonly value: number | null;
  /** 'skipped': no reward was needed; 'plain': the method chooses without rewards. */
  readonly decision: 'skipped' | 'evaluated' | 'plain';
  /** Most likely first; empty for best-of-N, which has no candidates. */
  readonly candidates: readonly CandidateReport[];
  /** Target reward of the text so far; null if `rewardEvery` skips this token. */
  readonly reward: number | null;
  /** `DecodingResult.kl` up to this token. */
  readonly kl: Divergence | null;
  /** Milliseconds since the request, without the time of `reward`. */
  readonly wallMs: number;
}

/** Whether a text at a server is the one of Algorithm 1, as far as it can be known. */
export interface ServerStats {
  /** Whether the server gave the same numbers for the same text however it computed it. */
  readonly deterministic: 'verified' | 'not verified';
  readonly reason?: string | undefined;
  /** Differences of log-probabilities below these, in nats, change no choice. */
  readonly margin: {
    /** Smallest lead of a chosen token over the best score or bound of another; null without. */
    readonly candidates: number | null;
    /** Smallest gap between the two likeliest tokens in greedy rollouts; null without. */
    readonly rollouts: number | null;
  };
}

/** The cost of the response, and the cost of Algorithm 1 in full. */
export interface DecodingStats {
  /** Committed tokens, one decision each. */
  readonly steps: number;
  /** Steps decided without any reward. */
  readonly skippedSteps: number;
  /** Candidates (for best-of-N: responses) that were valued. */
  readonly candidatesEvaluated: number;
  /** Tokens of the rollouts after their candidate, computed or carried over. */
  readonly rolloutTokens: number;
  /** Positions through all policies, with prompts. */
  readonly policyPositions: number;
  /** Positions of the prompt reused from earlier texts; not in `policyPositions`. */
  readonly takenOverPositions: number;
  /** Responses the target reward scored (with dedupe, equal ones once). */
  readonly responsesScored: number;
  /** Positions through the models of all rewards; 0 for rewards on text. */
  readonly rewardPositions: number;
  /**
   * Positions through the lower layers that models on one base share, for policies and rewards
   * together; a position counts once even if several models read it. Null if no model shares
   * layers.
   */
  readonly trunkPositions: number | null;
  /** Requests to the servers that run the policies; null without a server. */
  readonly serverRequests: number | null;
  /** How far the servers' answers can be relied on; undefined without a server. */
  readonly server?: ServerStats | undefined;
  /** Candidates that Algorithm 1 values: k per step. */
  readonly exhaustiveCandidates: number;
  /** Tokens of its rollouts: n H per candidate, fewer if a rollout is known to end early. */
  readonly exhaustiveRolloutTokens: number;
  /**
   * Positions of Algorithm 1 through the policies, with one kept copy of the text. It counts the
   * prompt and the committed tokens, and n rollouts for each candidate that is not an end token. A
   * rollout reads the candidate and all but the last of its tokens: H positions if its end is not
   * known. This is an upper bound, since rollouts may end early; in exhaustive mode it is the
   * counted `policyPositions`.
   */
  readonly exhaustivePositions: number;
  /**
   * Positions of Algorithm 1 through the reward models. In each step, each model reads the prompt
   * and the common beginning of the responses once. Unknown rollouts count with H tokens, so this
   * is exact if every candidate was valued, and otherwise an upper bound. For a model that reads
   * text, it is the mean of its readings. In exhaustive mode it is the counted `rewardPositions`.
   */
  readonly exhaustiveRewardPositions: number;
  /** False if bounds were off or the reward has no range. */
  readonly boundsUsed: boolean;
  /** From the request to the first event. */
  readonly firstTokenMs: number | null;
  /**
   * From the request to the result, with the time of the events' consumer, without the time of the
   * rewards in token events.
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
  /** The committed tokens, with a closing end token and those of a stop string. */
  readonly ids: readonly TokenId[];
  readonly stop: StopReason;
  /** The target reward of the text; null without a reward, or if cancelled. */
  readonly reward: number | null;
  /** The scores of its components, if it has any. */
  readonly parts?: Readonly<Record<string, number>>;
  /**
   * Sum over the steps of KL(pi_alg(.|s_t) || pi_ref(.|s_t)) in nats. At any temperature, pi_alg is
   * the softmax of the scores over the k candidates, (12); for plain methods it is pi itself. For
   * best-of-N it is the upper bound log N - (N-1)/N. Null if the reference policy is missing or has
   * another vocabulary, and for best-of-N of pi_BL or at a temperature other than 1.
   */
  readonly kl: Divergence | null;
  /**
   * log pi_SFT(y|x) of the committed tokens, with a closing end token, in nats: how likely the text
   * is under the reference policy, whichever policy wrote it. Null if the reference policy is
   * missing or has another vocabulary.
   */
  readonly referenceLogProb: number | null;
  /** Best-of-N: all N responses in the order drawn. */
  readonly samples?: readonly SampledResponse[];
  readonly stats: DecodingStats;
}
