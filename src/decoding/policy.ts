/** A stream of independent uniform numbers in the open interval (0, 1). */
export interface RandomStream {
  uniform(): number;
}

/** A token of the policy's vocabulary. */
export type TokenId = number;

/** One of the k most likely next tokens, with its natural-log probability under the policy. */
export interface Candidate {
  readonly token: TokenId;
  readonly logProb: number;
}

/**
 * The randomness of sampled continuations. The policy may remember what it drew with one, by the
 * object: after the same text it draws the same token.
 */
export interface Sampler {
  /** Above 0. */
  readonly temperature: number;
  /** The number in (0, 1) that draws the token at `position` of the text, prompt included. */
  uniform(position: number): number;
}

/**
 * A request to continue the committed text: forced tokens first, then up to `length` of the
 * policy's own.
 */
export interface RolloutStart {
  /** Tokens after the committed text that are given, not chosen: the candidate z; may be empty. */
  readonly tokens: readonly TokenId[];
  /** H: the largest number of tokens to choose after them. */
  readonly length: number;
  /** Absent means greedy. Those of one call have one temperature. */
  readonly sampler?: Sampler | undefined;
}

/** A continuation [z, tau] of the committed text. */
export interface Rollout {
  /** The given tokens and the chosen ones; a closing end-of-sequence token is included. */
  readonly tokens: readonly TokenId[];
  /** True when the last token is an end-of-sequence token. */
  readonly ended: boolean;
  /** Log-probability (temperature 1) of each chosen token. */
  readonly logProbs: readonly number[];
}

/** How continuations may be computed. */
export interface RolloutOptions {
  /** Shortcuts 1, 4 and 6: take positions already computed instead of computing them again. */
  readonly reuse: boolean;
  /**
   * Where positions are kept: asked before each run which branches to take one token further in it,
   * beside the rollouts that were asked for (shortcut 5). Nothing is run for them alone.
   */
  readonly prefetch?: (() => readonly RolloutStart[]) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Positions (tokens) that went through a model. */
export interface PositionCount {
  positions: number;
  /**
   * Those of the prompt that an earlier text had left computed, which are not among `positions`.
   */
  takenOver?: number;
}

/** A token-level language model pi(z | s). */
export interface Policy {
  readonly id: string;
  readonly vocabularySize: number;
  /** Names the token table: policies with equal ones give token ids the same meaning. */
  readonly vocabularyId: string;
  /** Tokens that end a response. */
  readonly endTokens: ReadonlySet<TokenId>;
  /** Most positions one sequence may have. */
  readonly contextLength: number;
  /** Opens a sequence that starts with `prompt`; reads it (prefill), reusing a kept prefix. */
  open(prompt: readonly TokenId[], signal?: AbortSignal): Promise<PolicySequence>;
}

/** One growing text s_t = [x, y_<t] under a policy; branches off it share its cache. */
export interface PolicySequence {
  /** Number of committed tokens, prompt included. */
  readonly length: number;
  /** Positions computed by this sequence so far. */
  readonly count: Readonly<PositionCount>;
  /** As RewardSession.trunkPositions. */
  readonly trunkPositions?: number | undefined;
  /** The k most likely next tokens, most likely first; equal probabilities by smaller id. */
  next(k: number): Promise<Candidate[]>;
  /** What `next` would give after `path` more tokens, if that is known without computing. */
  peekNext(path: readonly TokenId[], k: number): readonly Candidate[] | undefined;
  /** What `rollOut` would give, as far as that is known without computing. */
  peekRollout(start: RolloutStart): Rollout;
  /** Natural-log probabilities of the given next tokens. */
  logProbs(tokens: readonly TokenId[]): Promise<number[]>;
  /** Draws the next token from the policy itself at a temperature (0 is greedy). */
  sample(random: RandomStream, temperature: number): Promise<Candidate>;
  /** Continues the committed text along several branches at once. */
  rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]>;
  /** Log-probability of each continuation of the committed text, summed over its tokens. */
  score(continuations: readonly (readonly TokenId[])[], options: RolloutOptions): Promise<number[]>;
  /** Appends one token to the text; what branches computed on that path is kept. */
  commit(token: TokenId): Promise<void>;
  /** Gives the memory back; the prefix may be kept for the next request. */
  close(): void;
}
