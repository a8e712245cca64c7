import { compareFacts } from '../../facts/compare-facts.ts';
import type { FactComparison } from '../../facts/fact.ts';
import { quoted, type Check } from './check.ts';

const person = /^(?:i|we|you)$/iu;

/** Who does something, where somebody else does it in the draft: "you lost it" for "we lost it". */
function swappedPersons(draft: string, text: string): FactComparison['changed'] {
  return compareFacts(draft, text).changed.filter(
    ({ from, to }) => person.test(from) && person.test(to),
  );
}

/**
 * A number, date, time, amount, address, file, negation or mark that is lost, changed or new. A
 * lost name or a person who is left out does not keep the draft: the result names it.
 */
export const facts: Check = ({ text, draft, content }) => {
  const { missing, changed, added } = compareFacts(draft, text, { hardOnly: true });
  const [gone] = missing;
  const [other] = [...changed, ...(content ? swappedPersons(draft, text) : [])];
  const [invented] = added;
  if (gone !== undefined) {
    return { reason: 'facts', text: `The answer leaves out ${quoted(gone)}.` };
  }
  if (other !== undefined) {
    const how = `${quoted(other.from)} to ${quoted(other.to)}`;
    return { reason: 'facts', text: `The answer changes ${how}.` };
  }
  if (invented === undefined) return undefined;
  const name = quoted(invented);
  return { reason: 'facts', text: `The answer adds ${name}, which the draft does not say.` };
};
