import { compareFacts } from '../../facts/compare-facts.ts';
import { quoted, type Check, type Kept } from './check.ts';

/**
 * A number, date, time, amount, address, file, negation or mark that is lost, changed or new. A
 * lost name or a swapped speaker does not keep the draft: the result names it.
 */
export const facts: Check = ({ text, draft }) => {
  const { missing, changed, added } = compareFacts(draft, text, { hardOnly: true });
  const [gone] = missing;
  const [other] = changed;
  const [invented] = added;
  if (gone !== undefined) return kept(`The answer leaves out ${quoted(gone)}.`);
  if (other) return kept(`The answer changes ${quoted(other.from)} to ${quoted(other.to)}.`);
  if (invented === undefined) return undefined;
  return kept(`The answer adds ${quoted(invented)}, which the draft does not say.`);
};

const kept = (text: string): Kept => ({ reason: 'facts', text });
