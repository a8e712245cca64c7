import type { Fact, FactKind } from './fact.ts';

/** Kinds whose loss a person sees when it is named; the loss of any other kind changes the text. */
const softKinds: ReadonlySet<FactKind> = new Set<FactKind>(['name', 'speaker']);

/**
 * Whether a rewrite that loses, changes or adds facts of a kind must not be offered: true for
 * negations, numbers, amounts, dates, times, links, mail addresses, files, marks and ids.
 */
export function isHard({ kind }: Pick<Fact, 'kind'>): boolean {
  return !softKinds.has(kind);
}
