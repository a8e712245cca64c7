import type { Range } from '../../decoding/reward.ts';

/** What a person reads about a reward before choosing it. */
export interface RewardDescription {
  readonly id: string;
  readonly title: string;
  /** The direction, as a phrase that completes "favours ...". */
  readonly favours: string;
  /** One sentence: what is computed. */
  readonly description: string;
  /** Bounds of the score; undefined when they depend on the model or the definition. */
  readonly range: Range | undefined;
  /** Licence of the libraries, word lists or weights behind the score. */
  readonly licence: string;
  /** True when the score compares the response with the draft being rewritten. */
  readonly needsDraft?: boolean;
  /** Parameter names with what they accept. */
  readonly parameters?: Readonly<Record<string, string>>;
}
