/** What is compared, in the order of the table. */
export const subjects = ['logits', 'tokens', 'template', 'prompt', 'ends', 'greedy'] as const;

export type Subject = (typeof subjects)[number];

export type Verdict = 'equal' | 'differs' | 'not compared';

/** A line of the table. */
export interface Row {
  readonly subject: Subject | 'model' | 'text as text';
  /** The program that the engine is compared with. */
  readonly by: string;
  readonly verdict: Verdict;
  /** What was compared and found. */
  readonly found: string;
}

/** The comparison is impossible; the message is the sentence that says why. */
export class CannotCompare extends Error {}

export const exitCodes: Readonly<Record<Verdict, number>> = {
  equal: 0,
  differs: 1,
  'not compared': 2,
};

/** One verdict for all rows: a difference counts more than a gap. */
export function overall(rows: readonly Row[]): Verdict {
  const found = new Set(rows.map(({ verdict }) => verdict));
  if (found.has('differs')) return 'differs';
  return found.has('not compared') || rows.length === 0 ? 'not compared' : 'equal';
}
