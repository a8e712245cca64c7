import type { TokenId } from './policy.ts';

/** Inclusive bounds of a score. */
export type Range = readonly [low: number, high: number];

/**
 * A response to score: what the model wrote after the prompt, as text and as the policy's tokens.
 */
export interface Response {
  readonly text: string;
  /** The policy's tokens, a closing end-of-sequence token included. */
  readonly tokens: readonly TokenId[];
  /** True when the response ended by itself (end-of-sequence token, which is not in `text`). */
  readonly ended: boolean;
}

/** What a response answers. */
export interface RewardPrompt {
  /** The user's instruction or prefix, without chat template. */
  readonly text: string;
  /** The policy's prompt tokens, chat template applied. */
  readonly tokens: readonly TokenId[];
  /** The text being rewritten, where there is one. */
  readonly draft?: string | undefined;
  /** Whose tokens those are: a reward model of other tokens or another template reads the text. */
  readonly writer?: TokenWriter | undefined;
}

/** What tokens mean: the table they are of, and how a conversation is laid out in them. */
export interface TokenWriter {
  readonly vocabularyId: string;
  /** Jinja source; undefined for a model without one. */
  readonly chatTemplate: string | undefined;
}

/** A response-level reward r(x, y); larger is better. */
export interface Reward {
  readonly id: string;
  /** Bounds every score keeps, or undefined: no pruning then (shortcut 3 needs bounds). */
  readonly range: Range | undefined;
  /** True when scores depend on the text alone: equal texts then share one score (shortcut 6). */
  readonly textOnly?: boolean | undefined;
  /** Opens scoring for one prompt, so that work on the prompt is done once. */
  open(prompt: RewardPrompt, options?: RewardOpenOptions): Promise<RewardSession>;
}

/** How one prompt's scoring works. */
export interface RewardOpenOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether positions read for one score may serve the next (shortcut 2); default true. Without it
   * each call of `score` reads the prompt and the responses again.
   */
  readonly incremental?: boolean | undefined;
}

/** Sum of what shares layers with other models; undefined where nothing does. */
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
   * Positions that it took through layers it shares with other models; fewer than `positions` where
   * another was there first. Undefined where it shares none.
   */
  readonly trunkPositions?: number | undefined;
  /** One score per response. Throws when a score is not a finite number. */
  score(responses: readonly Response[], signal?: AbortSignal): Promise<number[]>;
  /** Optional scores by component (weighted sums), same order as the parts. */
  parts?(response: Response): Promise<Readonly<Record<string, number>>>;
  /** Tells that the response now begins with one more fixed token, so caches can follow. */
  commit?(token: TokenId): Promise<void>;
  close(): void;
}
