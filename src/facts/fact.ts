export type { FactComparison } from '../protocol/rewriting.ts';

/** Kinds of facts that a rewrite must keep. */
export type FactKind =
  | 'number'
  | 'amount'
  | 'date'
  | 'time'
  | 'name'
  | 'mail'
  | 'url'
  | 'file'
  | 'negation'
  | 'speaker'
  | 'mark';

/** A fact in a text. */
export interface Fact {
  readonly kind: FactKind;
  /** As written. */
  readonly text: string;
  /** UTF-16 offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** Equal for two ways to write one fact, such as "4,200" and "4200". */
  readonly key: string;
}
