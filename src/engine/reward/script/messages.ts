import { RequestType } from 'vscode-jsonrpc/node';

/**
 * What became of a call: `problem` completes the sentence "The script ..."; otherwise it went well,
 * and a call of `score` has the score.
 */
export interface Outcome {
  readonly problem?: string | undefined;
  readonly score?: number | undefined;
}

export interface ScoreParams {
  readonly prompt: string;
  readonly response: string;
}

/** Loads the module at an absolute path; comes once, first. */
export const loadModule = new RequestType<{ readonly path: string }, Outcome, void>('load');

/** Calls the module's `score`. */
export const scoreText = new RequestType<ScoreParams, Outcome, void>('score');

/** File descriptor of the pipe that stays open as long as the parent lives. */
export const lifelineDescriptor = 4;
