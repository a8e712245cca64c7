import { z } from 'zod';
import {
  streamSchema,
  type DoneEvent,
  type StreamName,
  type TokenEvent,
} from '../../protocol/events.ts';
import type { Review } from '../../protocol/review.ts';
import type { PanelStrings } from './strings.ts';

export type { PanelStrings } from './strings.ts';

/** One text of a comparison, complete or so far. */
export interface StreamState {
  readonly tokens: readonly TokenEvent[];
  readonly done: DoneEvent | null;
  /** Null until the text is finished. */
  readonly review: Review | null;
}

/** The text of a document that a result may replace. */
export interface ReplacedText {
  readonly uri: string;
  /** UTF-16 offset in the document. */
  readonly start: number;
  readonly text: string;
}

export type ComparisonPhase = 'loading' | 'running' | 'done' | 'stopped' | 'failed';

/** An instruction with its aligned and its plain text. */
export interface Comparison {
  readonly id: string;
  /** What the model should write, or how it should rewrite the draft. */
  readonly instruction: string;
  /** The text that is rewritten; null if there is none. */
  readonly draft: string | null;
  /** Name or expression of the target reward. */
  readonly reward: string;
  /** The reward in words. */
  readonly rewardTitle: string;
  readonly method: string;
  readonly alpha: number;
  readonly k: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly phase: ComparisonPhase;
  /** What is loading, or why the comparison failed. */
  readonly detail: string;
  readonly aligned: StreamState;
  readonly plain: StreamState;
  /** The selected text that the result can replace. */
  readonly replaces: ReplacedText | null;
}

/** One point of the plot of reward against alpha. */
export interface SweepPoint {
  readonly alpha: number;
  readonly reward: number;
  readonly text: string;
}

export interface Sweep {
  readonly points: readonly SweepPoint[];
  readonly plainReward: number | null;
  readonly total: number;
  readonly running: boolean;
}

export interface HistoryEntry {
  readonly id: string;
  readonly instruction: string;
  /** The start of the draft; null if there is none. */
  readonly draft: string | null;
  /** The reward in words. */
  readonly reward: string;
  readonly alpha: number;
  readonly k: number;
  readonly startedAt: number;
  readonly alignedReward: number | null;
  readonly plainReward: number | null;
}

/** Everything the panel shows. */
export interface PanelState {
  readonly comparison: Comparison | null;
  readonly sweep: Sweep | null;
  readonly history: readonly HistoryEntry[];
  /** Numbers for the next run. */
  readonly alpha: number;
  readonly k: number;
  /** The reward of the settings, in words. */
  readonly reward: string;
}

/** From the extension host to the panel. */
export type HostMessage =
  | { readonly type: 'state'; readonly state: PanelState; readonly strings: PanelStrings }
  | {
      readonly type: 'events';
      readonly id: string;
      readonly events: readonly (TokenEvent | DoneEvent)[];
    }
  | { readonly type: 'update'; readonly state: Partial<PanelState> }
  /** What an action of the person did, or why it was refused. */
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'inspect'; readonly stream: StreamName; readonly index: number };

const alpha = z.number().positive().max(100);
const k = z.number().int().min(1).max(50);

/** From the panel, which shows untrusted model output, to the extension host, which checks it. */
export const guestMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('run'), instruction: z.string().max(200_000), alpha, k }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('sweep'), alphas: z.array(alpha).min(2).max(12) }),
  z.object({ type: z.literal('openPoint'), index: z.number().int().min(0).max(11) }),
  z.object({ type: z.literal('selectReward') }),
  z.object({ type: z.literal('insert'), stream: streamSchema }),
  z.object({ type: z.literal('replace'), stream: streamSchema }),
  z.object({ type: z.literal('copy'), stream: streamSchema }),
  z.object({ type: z.literal('openDiff') }),
  z.object({ type: z.literal('export'), format: z.enum(['markdown', 'json']) }),
  z.object({ type: z.literal('openHistory'), id: z.string().max(100) }),
  z.object({ type: z.literal('clearHistory') }),
]);
export type GuestMessage = z.output<typeof guestMessageSchema>;
