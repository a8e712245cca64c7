import { RequestType } from 'vscode-jsonrpc/node';

/**
 * The outcome of a call. If it failed, `problem` completes the sentence "The script ...". If a call
 * of `score` succeeded, `score` is set.
 */
export interface Outcome {
  readonly problem?: string | undefined;
  readonly score?: number | undefined;
}

export interface ScoreParams {
  readonly prompt: string;
  readonly response: string;
}

/** Loads the module at an absolute path; the first request, sent once. */
export const loadModule = new RequestType<{ readonly path: string }, Outcome, void>('load');

/** Calls the module's `score`. */
export const scoreText = new RequestType<ScoreParams, Outcome, void>('score');

/** File descriptor of the pipe that closes when the parent process ends. */
export const lifelineDescriptor = 4;
