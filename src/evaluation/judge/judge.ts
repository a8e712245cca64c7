import type { Prompt } from '../../protocol/options.ts';

/** Two responses to one prompt; the first is by the setup's TQ*. */
export interface Contest {
  readonly prompt: Prompt;
  readonly policy: string;
  readonly first: string;
  readonly second: string;
  /** Which of them ended by itself, for judges that read the end. */
  readonly ended: { readonly first: boolean; readonly second: boolean };
}

/** Tokens that an endpoint reports. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Prompt tokens from the endpoint's cache. */
  readonly cachedTokens: number;
}

/** The result of a contest for the first response. */
export type Outcome = 'win' | 'tie' | 'loss' | 'unreadable';

export interface Verdict {
  readonly outcome: Outcome;
  /** Replies without ratings; a single one makes the contest unreadable. */
  readonly unreadable: number;
  /** Questions sent to an endpoint in this run. */
  readonly asked: number;
  /** Questions answered from the folder. */
  readonly remembered: number;
  readonly usage: Usage;
}

/** Decides contests. */
export interface Judge {
  /** The judge's name in tables: the model and its endpoint, or the reward. */
  readonly name: string;
  /** What a reader must know of how it judged, after all contests. */
  readonly notes?: readonly string[];
  /** Does work for many contests at once, if that is faster. */
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
