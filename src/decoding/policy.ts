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
 * The randomness of sampled continuations. After the same text, one sampler object draws the same
 * token; a policy may therefore remember its draws by object.
 */
export interface Sampler {
  /** Above 0. */
  readonly temperature: number;
  /**
   * True if several candidates or steps use it: a policy then draws for it wherever it has the
   * logits, since another rollout may come there later.
   */
  readonly shared?: boolean | undefined;
  /** The number in (0, 1) that draws the token at `position` of the text, prompt included. */
  uniform(position: number): number;
}

/**
 * A request to continue the committed text: forced tokens first, then up to `length` of the
 * policy's own.
 */
export interface RolloutStart {
  /** Given tokens after the committed text: the candidate z; may be empty. */
  readonly tokens: readonly TokenId[];
  /** H: the largest number of tokens to choose after them. */
  readonly length: number;
  /** Absent means greedy. All samplers of one call have the same temperature. */
  readonly sampler?: Sampler | undefined;
}

/** A continuation [z, tau] of the committed text. */
export interface Rollout {
  /** The given tokens and the chosen ones, with a closing end-of-sequence token. */
  readonly tokens: readonly TokenId[];
  /** True when the last token is an end-of-sequence token. */
  readonly ended: boolean;
  /** Log-probability (temperature 1) of each chosen token. */
  readonly logProbs: readonly number[];
}

/** How continuations may be computed. */
export interface RolloutOptions {
  /** Shortcuts 1, 4 and 6: reuse positions already computed. */
  readonly reuse: boolean;
  /**
   * Called before each run if positions are kept: returns the branches to extend by one token in
   * the same run as the requested rollouts (shortcut 5). They never cause a run.
   */
  readonly prefetch?: (() => readonly RolloutStart[]) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Positions (tokens) that went through a model. */
export interface PositionCount {
  positions: number;
  /** Positions of the prompt reused from an earlier text; not counted in `positions`. */
  takenOver?: number;
}

/** How far the answers of a server can be relied on. */
export interface ServedText {
  /** Whether it gave the same numbers for the same text however it computed it. */
  readonly deterministic: 'verified' | 'not verified';
  /** What was found: the rest of a sentence about the server. */
  readonly reason?: string | undefined;
  /** Smallest gap in nats between the two likeliest tokens in the greedy rollouts used, or null. */
  readonly rolloutMargin: number | null;
}

/** A token-level language model pi(z | s). */
export interface Policy {
  readonly id: string;
  readonly vocabularySize: number;
  /** Names the token table: with equal names, token ids have the same meaning. */
  readonly vocabularyId: string;
  /** Tokens that end a response. */
  readonly endTokens: ReadonlySet<TokenId>;
  /** True if it names the likeliest tokens and those that are asked for, but never all at once. */
  readonly partial?: boolean | undefined;
  /** Most positions one sequence may have. */
  readonly contextLength: number;
  /** Opens a sequence and reads `prompt` (prefill), reusing a kept prefix. */
  open(prompt: readonly TokenId[], signal?: AbortSignal): Promise<PolicySequence>;
}

/** One growing text s_t = [x, y_<t] under a policy; its branches share its cache. */
export interface PolicySequence {
  /** Number of committed tokens, prompt included. */
  readonly length: number;
  /** Positions computed by this sequence so far. */
  readonly count: Readonly<PositionCount>;
  /** Requests to the server that runs the policy; undefined for one in this process. */
  readonly requests?: number | undefined;
  /** What is known of that server's answers; undefined for a policy in this process. */
  readonly served?: ServedText | undefined;
  /** Like RewardSession.trunkPositions. */
  readonly trunkPositions?: number | undefined;
  /** The k most likely next tokens, most likely first; equal probabilities by smaller id. */
  next(k: number): Promise<Candidate[]>;
  /** What `next` would return after `path` more tokens; undefined if that needs computing. */
  peekNext(path: readonly TokenId[], k: number): readonly Candidate[] | undefined;
  /** What `rollOut` would return, as far as it is known without computing. */
  peekRollout(start: RolloutStart): Rollout;
  /** Natural-log probabilities of the given next tokens. */
  logProbs(tokens: readonly TokenId[]): Promise<number[]>;
  /** Draws the next token from the policy itself at a temperature (0 is greedy). */
  sample(random: RandomStream, temperature: number): Promise<Candidate>;
  /** Continues the committed text along several branches at once. */
  rollOut(starts: readonly RolloutStart[], options: RolloutOptions): Promise<Rollout[]>;
  /** Log-probability of each continuation of the committed text, summed over its tokens. */
  score(continuations: readonly (readonly TokenId[])[], options: RolloutOptions): Promise<number[]>;
  /** Appends one token to the text; keeps what branches computed on that path. */
  commit(token: TokenId): Promise<void>;
  /** Frees the memory; may keep the prefix for the next request. */
  close(): void;
}
