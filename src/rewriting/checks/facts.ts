import { compareFacts } from '../../facts/compare-facts.ts';
import type { Fact, FactComparison, FactKind } from '../../facts/fact.ts';
import { factsOf } from '../../facts/facts-of.ts';
import { quoted, type Check, type Kept } from './check.ts';

/** Facts that a person sees to be lost when the loss is named; all others keep the draft. */
const namedOnly: readonly FactKind[] = ['name', 'speaker'];

/** How a comparison names a denial without a word of its own. */
const denial = 'not';

/**
 * A number, date, time, amount, address, file, negation or mark that is lost, changed or new. A
 * lost name or a swapped speaker does not keep the draft: the result names it.
 */
export const facts: Check = ({ text, draft }) => {
  const comparison = compareFacts(draft, text);
  const before = factsOf(draft);
  return lost(comparison, before) ?? added(comparison, factsOf(text));
};

function lost({ missing, changed }: FactComparison, before: readonly Fact[]): Kept | undefined {
  const gone = missing.find((fact) => isHard(fact, before));
  if (gone !== undefined)
    return { reason: 'facts', text: `The answer leaves out ${quoted(gone)}.` };
  const other = changed.find(({ from }) => isHard(from, before));
  if (other === undefined) return undefined;
  const text = `The answer changes ${quoted(other.from)} to ${quoted(other.to)}.`;
  return { reason: 'facts', text };
}

function added(comparison: FactComparison, after: readonly Fact[]): Kept | undefined {
  const invented = comparison.added.find((fact) => isHard(fact, after));
  if (invented === undefined) return undefined;
  return {
    reason: 'facts',
    text: `The answer adds ${quoted(invented)}, which the draft does not say.`,
  };
}

function isHard(text: string, all: readonly Fact[]): boolean {
  const fact = all.find((each) => each.text === text);
  // A swapped person is no fact of one text; neither is the denial in "unpaid".
  return fact === undefined ? text === denial : !namedOnly.includes(fact.kind);
}
