import { printable } from './printable.ts';
import { redacted } from './secrets.ts';

/**
 * Error codes of the engine's JSON-RPC answers (see docs/protocol.md). Codes from -32099 to -32000
 * are ours; -32602 is JSON-RPC's "invalid params".
 */
export const ErrorCode = {
  /** A parameter is missing, has the wrong type or is out of range. */
  invalidInput: -32602,
  /** No method, model, reward or device has this id. */
  unknownId: -32001,
  /** A model file is missing, truncated, altered, malformed or of an unsupported kind. */
  badModel: -32002,
  /** The prompt, or prompt and response together, do not fit into the model's context. */
  contextFull: -32003,
  /** A reward failed, or did not return a finite number. */
  badReward: -32004,
  /** The cache folder cannot be written, or the disk is full. */
  storage: -32005,
  /** There is not enough memory for the request. */
  outOfMemory: -32006,
  /** The inference runtime or the device failed. */
  device: -32007,
  /** The engine process ended or cannot be started. */
  engineGone: -32008,
  /** The request names a script, but its client does not allow scripts. */
  forbidden: -32009,
  /** A model hub cannot be reached, refuses, or sends an unexpected response. */
  hub: -32010,
  /** A server that runs a policy cannot be reached, refuses, or sends an unexpected response. */
  server: -32011,
  /** The request was cancelled. */
  cancelled: -32800,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Longest message in characters: a sentence may quote what a file or a template says. */
const maxLength = 4000;

/**
 * An error whose message is one clear sentence for the user. It may quote a file, a server or a
 * template, so it is made safe here, for every way it takes: printable, without secrets, cut.
 */
export class TqError extends Error {
  override readonly name = 'TqError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    // Twice as much is searched as is kept, so that no secret is cut in two and missed.
    const safe = printable(redacted(message.slice(0, 2 * maxLength)));
    super(safe.length > maxLength ? `${safe.slice(0, maxLength)}…` : safe, options);
  }
}
