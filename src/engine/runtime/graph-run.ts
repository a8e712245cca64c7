import type { KeyValuePool, NewKeyValues } from './key-value-pool.ts';
import type { AttentionSpan } from './attention-span.ts';

/** One run: S new tokens over P prefix slots and B branch slots, predictions for R of them. */
export interface GraphRun {
  readonly ids: readonly number[];
  /** [S, hidden], in the place of the ids where the session's layers go on from others. */
  readonly states?: Float32Array | undefined;
  readonly positions: readonly number[];
  /** What each of the new tokens sees. */
  readonly spans: readonly AttentionSpan[];
  readonly prefix: KeyValuePool;
  readonly branch: KeyValuePool;
  /** Which of the new tokens to predict after. */
  readonly rows: readonly number[];
  readonly topCount: number;
  /** For each row, tokens whose logits are wanted. */
  readonly targets?: readonly (readonly number[])[] | undefined;
  readonly wantLogits: boolean;
  /** Of the softmax whose masses come with the logits; 1 where it is left out. */
  readonly temperature?: number | undefined;
}

/** Predictions after R tokens, and the keys and values of all S. */
export interface GraphResult {
  readonly cache: NewKeyValues;
  /** [R, topCount], largest first, equal ones by smaller id. */
  readonly topIds: readonly number[];
  readonly topLogits: Float32Array;
  /** [R] */
  readonly logSumExp: Float64Array;
  /**
   * [R, T], T the largest number of targets of a row; what lies after a row's own has no meaning.
   */
  readonly targetLogits: Float32Array;
  /** [R, vocabulary], when asked for. */
  readonly logits: Float32Array | undefined;
  /**
   * [R, blocks], with the logits: exp((logit - largest)/temperature) summed over `massBlock`
   * tokens.
   */
  readonly blockMasses: Float32Array | undefined;
}
