import { wordsOf } from '../words.ts';
import type { Check } from './check.ts';

/** With bounds that allow growth, a few words more are no fault in a short text. */
const spareWords = 2;

/** Words of an introduction such as "Here is the shorter text:", which is taken off later. */
const introduction = 12;

/** An answer past every length that the preset allows, even without an introduction. */
export const tooLong: Check = ({ text, draft, length: bounds }) => {
  if (bounds === undefined) return undefined;
  const before = wordsOf(draft).length;
  const after = wordsOf(text).length;
  if (after <= before * bounds[1] + spareWords + introduction) return undefined;
  const counts = `more than ${String(after)} words, the draft ${String(before)}`;
  return { reason: 'length', text: `The answer is too long: it has ${counts}.` };
};

/** An answer with more or fewer words than the preset allows. */
export const length: Check = ({ text, draft, length: bounds }) => {
  if (bounds === undefined) return undefined;
  const [least, most] = bounds;
  const before = wordsOf(draft).length;
  const after = wordsOf(text).length;
  if (before === 0) return undefined;
  const limit = most < 1 ? before * most : before * most + spareWords;
  const counts = `${String(after)} words, the draft ${String(before)}`;
  if (most < 1 && after > limit) {
    const how = after > before ? 'longer' : 'hardly shorter';
    return { reason: 'length', text: `The answer is ${how}: it has ${counts}.` };
  }
  if (after > limit) return { reason: 'length', text: `The answer is too long: it has ${counts}.` };
  if (after < Math.floor(before * least)) {
    return { reason: 'length', text: `The answer is too short: it has ${counts}.` };
  }
  return undefined;
};
