import type { Prompt } from '../../protocol/options.ts';

/** Two responses to one prompt; the first is by the setup's TQ*. */
export interface Contest {
  readonly prompt: Prompt;
  readonly policy: string;
  readonly first: string;
  readonly second: string;
}

/** What an endpoint charged for, in tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt's tokens, those that the endpoint had cached. */
  readonly cachedTokens: number;
}

/** How a contest ended for the first response. */
export type Outcome = 'win' | 'tie' | 'loss' | 'unreadable';

export interface Verdict {
  readonly outcome: Outcome;
  /** Answers that were no ratings; the contest is unreadable where there is one. */
  readonly unreadable: number;
  /** Questions that were asked of an endpoint now. */
  readonly asked: number;
  /** Questions whose answer the folder remembered. */
  readonly remembered: number;
  readonly usage: Usage;
}

/** Decides contests; each decision is kept in the folder. */
export interface Judge {
  /** Who judges, for every table: the model at an endpoint, or a reward. */
  readonly name: string;
  /** Does beforehand what serves many contests, where that is quicker. */
  prepare?(contests: readonly Contest[]): Promise<void>;
  decide(contest: Contest, signal: AbortSignal): Promise<Verdict>;
}

export const noUsage: Usage = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
  };
}

export function outcomeOf(first: number, second: number): Outcome {
  return first > second ? 'win' : first === second ? 'tie' : 'loss';
}
