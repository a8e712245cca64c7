/** Loads the module at an absolute path; the first request, sent once. */
export interface LoadRequest {
  readonly load: string;
}

/** Calls the module's `score`. */
export interface ScoreRequest {
  readonly prompt: string;
  readonly response: string;
}

/** A request is a line of JSON; the process answers each with one line, before the next. */
export type ScriptRequest = LoadRequest | ScoreRequest;

/**
 * The outcome of a request, a line of JSON. If it failed, `problem` completes the sentence "The
 * script ...". If a call of `score` succeeded, `score` is set.
 */
export interface Outcome {
  readonly problem?: string | undefined;
  readonly score?: number | undefined;
}

/** Descriptor of the pipe with requests and outcomes. Standard output belongs to the script. */
export const messageDescriptor = 3;

/** File descriptor of the pipe that closes when the parent process ends. */
export const lifelineDescriptor = 4;
