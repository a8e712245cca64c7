import type { DoneEvent } from '../protocol/events.ts';

/** How the writer draws tokens; without it, as the request's options say. */
export interface Sampling {
  /** Above 0. */
  readonly temperature: number;
  readonly seed: number;
}

/** One answer to write. */
export interface WritingTask {
  /** What is asked of the model, with the draft. */
  readonly message: string;
  /** The prose to rewrite, for rewards that compare with it. */
  readonly draft: string;
  /** Most words of the answer, as a multiple of the draft's. */
  readonly growth: number;
  readonly sampling: Sampling | undefined;
  /** Called with the answer so far. */
  readonly onText: (text: string) => void;
  /** Whether an answer that begins so will be refused; the writer then ends it. */
  readonly isHopeless: (text: string) => boolean;
  readonly signal: AbortSignal;
}

/** A token of an answer. */
export interface WrittenToken {
  readonly text: string;
  /** Natural-log probability under the model that writes; null if not computed. */
  readonly logprob: number | null;
}

/** An answer of the model. */
export interface Written {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  readonly stop: DoneEvent['stop'];
  /** Positions through the policies. */
  readonly positions: number;
}

/** How good a text is. */
export interface Score {
  /** Reward that the preset asks for; null if it asks for none. */
  readonly asked: number | null;
  /** What decoding maximises: the asked reward with facts, meaning and constraints. */
  readonly total: number;
  /** Constraints that the text does not meet, each as a phrase for people. */
  readonly unmet: readonly string[];
}

/** How much of a draft's meaning a text keeps. */
export interface MeaningKept {
  readonly kept: number;
  /** The least that a text must keep. */
  readonly atLeast: number;
}

/** Writes answers, and scores texts by the rewards of the request. */
export interface UnitWriter {
  /** Name of the reward that the preset asks for; null if it asks for none. */
  readonly rewardName: string | null;
  /** @throws TqError contextFull when the draft is too long for the model */
  write(task: WritingTask): Promise<Written>;
  /** Meaning that each text keeps of `draft`, in [0, 1], and the least that is enough. */
  meaning(draft: string, text: string, signal: AbortSignal): Promise<MeaningKept>;
  /** One score for each text, as rewrites of `draft`. */
  score(draft: string, texts: readonly string[], signal: AbortSignal): Promise<Score[]>;
}

const spareTokens = 32;

/**
 * Most tokens of an answer: enough for any length that the preset allows, so that only answers that
 * do not end are cut.
 */
export function answerLimit(draftTokens: number, growth: number): number {
  return Math.ceil(draftTokens * growth) + spareTokens;
}
