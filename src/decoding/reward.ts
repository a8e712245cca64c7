import type { TokenId } from './policy.ts';

/** Inclusive bounds of a score. */
export type Range = readonly [low: number, high: number];

/** A response to score: the model's text after the prompt, as text and as the policy's tokens. */
export interface Response {
  readonly text: string;
  /** The policy's tokens, with a closing end-of-sequence token. */
  readonly tokens: readonly TokenId[];
  /**
   * True if the response ended by itself, with an end-of-sequence token, which is not in `text`.
   * False if it was cut: by the length, at a stop string, or as a rollout. It is not the same text
   * to a reward that reads whole answers.
   */
  readonly ended: boolean;
}

/** The prompt of a response. */
export interface RewardPrompt {
  /** The user's instruction or prefix, without chat template. */
  readonly text: string;
  /** The policy's prompt tokens, chat template applied. */
  readonly tokens: readonly TokenId[];
  /** The text to rewrite, if there is one. */
  readonly draft?: string | undefined;
  /** How to read `tokens`: a reward model with other tokens or another template reads `text`. */
  readonly writer?: TokenWriter | undefined;
}

/** The meaning of tokens: their table, and the template of a conversation. */
export interface TokenWriter {
  readonly vocabularyId: string;
  /** Jinja source; undefined for a model without one. */
  readonly chatTemplate: string | undefined;
  /** The token that ends a turn; undefined if there is none. */
  readonly turnEnd?: TokenId | undefined;
  /** True if the prompt's tokens begin a thought, which is no part of the text. */
  readonly thinks?: boolean | undefined;
}

/** A response-level reward r(x, y); larger is better. */
export interface Reward {
  readonly id: string;
  /** Bounds of every score; undefined disables pruning (shortcut 3). */
  readonly range: Range | undefined;
  /**
   * True if scores depend only on the text and on whether it ended: equal texts then share one
   * score (shortcut 6).
   */
  readonly textOnly?: boolean | undefined;
  /**
   * True if it judges whole answers, so that the score of a beginning says little: rollouts then
   * go to the end of the response where no H is named.
   */
  readonly readsWhole?: boolean | undefined;
  /** Opens scoring for one prompt, so that the prompt is read once. */
  open(prompt: RewardPrompt, options?: RewardOpenOptions): Promise<RewardSession>;
}

/** Options of scoring for one prompt. */
export interface RewardOpenOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether positions read for one score may serve the next (shortcut 2); default true. Without it
   * each call of `score` reads the prompt and the responses again.
   */
  readonly incremental?: boolean | undefined;
}

/** Sum over the parts that share layers with other models; undefined if none does. */
export function totalTrunkPositions(
  counted: readonly { readonly trunkPositions?: number | undefined }[],
): number | undefined {
  const counts = counted.flatMap(({ trunkPositions }) => trunkPositions ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count);
}

/** Scores responses to one prompt. */
export interface RewardSession {
  /** Positions computed by the reward's own model so far; 0 for text rewards. */
  readonly positions: number;
  /**
   * Positions that it computed through layers shared with other models; fewer than `positions` if
   * another model computed some first. Undefined if it shares none.
   */
  readonly trunkPositions?: number | undefined;
  /** One score per response. Throws when a score is not a finite number. */
  score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]>;
  /** Optional scores by component (weighted sums), same order as the parts. */
  parts?(response: Response): Promise<Readonly<Record<string, number>>>;
  /** Adds one fixed token to the beginning of the response, so that caches can follow. */
  commit?(token: TokenId): Promise<void>;
  close(): void;
}
