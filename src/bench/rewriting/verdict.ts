import type { FactComparison } from '../../protocol/rewriting.ts';

/**
 * What can be wrong with new text. All but the last three damage a person's text. `facts` are those
 * that `src/facts` finds, `listed facts` those of the index, which also lists what no check finds.
 */
export const faultKinds = [
  ...['markup', 'bytes', 'cut', 'language', 'facts', 'listed facts'],
  ...['new facts', 'not shorter', 'not as asked'],
] as const;
export type FaultKind = (typeof faultKinds)[number];

const damaging: readonly FaultKind[] = faultKinds.slice(0, -3);

export interface Fault {
  readonly kind: FaultKind;
  /** What is wrong, such as the missing fact. */
  readonly text: string;
}

/** `other` changed the text and did no harm, but not what was asked. */
export const verdicts = ['accepted', 'kept', 'damaged', 'other'] as const;
export type Verdict = (typeof verdicts)[number];

/** The verdict on new text with these faults. */
export function verdictOf(faults: readonly Fault[]): Verdict {
  if (faults.some(({ kind }) => damaging.includes(kind))) return 'damaged';
  return faults.length > 0 ? 'other' : 'accepted';
}

/** The verdict on a draft: one bad unit decides, and a draft without a changed unit is kept. */
export function verdictOfAll(units: readonly Verdict[]): Verdict {
  for (const verdict of ['damaged', 'other', 'accepted'] as const) {
    if (units.includes(verdict)) return verdict;
  }
  return 'kept';
}

/** Faults of a comparison of facts: lost and changed facts, and new ones. */
export function factFaults({ missing, changed, added }: FactComparison): Fault[] {
  return [
    ...missing.map((text): Fault => ({ kind: 'facts', text: `missing: ${text}` })),
    ...changed.map(({ from, to }): Fault => ({ kind: 'facts', text: `${from} became ${to}` })),
    ...added.map((text): Fault => ({ kind: 'new facts', text })),
  ];
}
