import type { Range } from '../../decoding/reward.ts';

/** What listings, settings and documentation say about a reward. */
export interface RewardDescription {
  readonly id: string;
  readonly title: string;
  /** The direction of the score, as a phrase that completes "favours ...". */
  readonly favours: string;
  /** One sentence that says how the score is computed. */
  readonly description: string;
  /** Bounds of the score; undefined if they depend on the model or the definition. */
  readonly range: Range | undefined;
  /** Licence of the libraries, word lists or weights behind the score. */
  readonly licence: string;
  /** True when the score compares the response with the draft being rewritten. */
  readonly needsDraft?: boolean;
  /** True if it judges whole answers; rollouts then go to the end where no H is named. */
  readonly readsWhole?: boolean;
  /** What each parameter accepts, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
}
