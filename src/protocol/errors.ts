/**
 * Error codes of the engine's JSON-RPC answers (see docs/protocol.md). Codes from -32099 to -32000
 * are ours; -32602 is JSON-RPC's own "invalid params".
 */
export const ErrorCode = {
  /** A parameter is missing, of the wrong type or out of range. */
  invalidInput: -32602,
  /** A method, model, reward or device id that does not exist. */
  unknownId: -32001,
  /** A model file is missing, cut, altered, malformed or of an unsupported kind. */
  badModel: -32002,
  /** The prompt, or prompt and response together, do not fit the model's context. */
  contextFull: -32003,
  /** A reward returned something that is not a finite number, or failed. */
  badReward: -32004,
  /** The cache folder cannot be written, or the disk is full. */
  storage: -32005,
  /** There is not enough memory for what was asked. */
  outOfMemory: -32006,
  /** The inference runtime or the device failed. */
  device: -32007,
  /** The engine process ended or cannot be started. */
  engineGone: -32008,
  /** A script is named by a client that does not allow scripts. */
  forbidden: -32009,
  /** The request was cancelled. */
  cancelled: -32800,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** A failure with one clear sentence for the person who caused it or can mend it. */
export class TqError extends Error {
  override readonly name = 'TqError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
