export type { FactComparison } from '../protocol/rewriting.ts';

/** Kinds of facts that a rewrite must keep. */
export type FactKind =
  | 'number'
  | 'amount'
  | 'date'
  | 'time'
  | 'name'
  | 'id'
  | 'mail'
  | 'url'
  | 'file'
  | 'negation'
  | 'speaker'
  | 'mark';

/** How exactly a text means a number; 'exact' where it says no more than the number. */
export type Exactness =
  'exact' | 'about' | 'just below' | 'at least' | 'at most' | 'more than' | 'less than';

/** What a text says of a number besides its value: "at least two", "30 minutes or so". */
export interface Qualifier {
  /** What it may mean: "over 3 weeks" is more than three weeks, or throughout them. */
  readonly meanings: readonly Exactness[];
  /** The number with its qualifier, as written. */
  readonly text: string;
}

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
  /** True for a fact that another text may leave out, such as the "one" of "one server". */
  readonly optional?: boolean;
  /** Other ways to say the fact, as keys: "2:30" is 02:30 or 14:30. */
  readonly alternatives?: readonly string[];
  /** The word after a number, which says what it counts; "" if it counts nothing. */
  readonly counts?: string;
  /** What the text says of a number besides its value: "at least 5". */
  readonly qualifier?: Qualifier;
  /** Whether the text bounds the date or time from below or above: "after 5 May". */
  readonly bound?: 'low' | 'high';
  /** Whether something begins or ends here: "from Berlin to Hamburg". */
  readonly role?: 'from' | 'to';
}
