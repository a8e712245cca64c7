import type { KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import type { AttentionSpan } from './attention-span.ts';

/**
 * One run: S new tokens over P prefix slots and B branch slots, with predictions after R of them.
 */
export interface GraphRun {
  readonly ids: readonly number[];
  /** [S, hidden], replaces the ids when the session's layers are above a trunk. */
  readonly states?: Float32Array | undefined;
  readonly positions: readonly number[];
  /** What each new token attends to. */
  readonly spans: readonly AttentionSpan[];
  readonly prefix: KeyValuePool;
  readonly branch: KeyValuePool;
  /** Indices of the new tokens to predict after. */
  readonly rows: readonly number[];
  readonly topCount: number;
  /** Tokens whose logits to return, for each row. */
  readonly targets?: readonly (readonly number[])[] | undefined;
  readonly wantLogits: boolean;
  /** Temperature of the softmax whose block masses come with the logits; default 1. */
  readonly temperature?: number | undefined;
}

/** Predictions after R tokens, and the keys and values of all S tokens. */
export interface GraphResult {
  readonly cache: NewKeyValues;
  /** [R, topCount], largest logit first; equal logits by smaller id. */
  readonly topIds: readonly number[];
  readonly topLogits: Float32Array;
  /** [R] */
  readonly logSumExp: Float64Array;
  /**
   * [R, T], where T is the largest number of targets of any row; ignore entries after a row's own.
   */
  readonly targetLogits: Float32Array;
  /** [R, vocabulary] if `wantLogits`. */
  readonly logits: Float32Array | undefined;
  /**
   * [R, blocks] if `wantLogits`: exp((logit - largest) / temperature), summed over blocks of
   * `massBlock` tokens.
   */
  readonly blockMasses: Float32Array | undefined;
}
