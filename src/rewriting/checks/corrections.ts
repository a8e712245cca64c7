import { diffArrays, diffChars } from 'diff';
import { contentWordsOf } from '../content/content-words.ts';
import { areRelated } from '../content/counterparts.ts';
import { wordsOf } from '../words.ts';
import { quoted, type Check } from './check.ts';

/** Share of equal letters from which one word is a spelling of the other. */
const spelling = 0.6;
/** Words of a draft that corrections may change. */
const mostChanged = 0.5;
const spareWords = 3;

/** An answer that does more than correct its draft. */
export const corrections: Check = ({ draft, text, correctsOnly }) => {
  if (correctsOnly !== true) return undefined;
  const removed: string[] = [];
  const added: string[] = [];
  const before = wordsOf(draft);
  for (const change of diffArrays(before, wordsOf(text))) {
    if (change.removed) removed.push(...change.value);
    if (change.added) added.push(...change.value);
  }
  const invented = withoutLikeness(text, added, removed);
  if (invented !== undefined) {
    const name = quoted(invented);
    return { reason: 'meaning', text: `The answer adds ${name}, which corrects no word.` };
  }
  const lost = withoutLikeness(draft, removed, added);
  if (lost !== undefined && !isDoubled(lost, before)) {
    return { reason: 'meaning', text: `The answer leaves out ${quoted(lost)}.` };
  }
  if (removed.length <= spareWords + before.length * mostChanged) return undefined;
  return { reason: 'meaning', text: 'The answer changes more than errors.' };
};

/** A content word of a text that is among some words and like none of the others. */
function withoutLikeness(
  text: string,
  words: readonly string[],
  others: readonly string[],
): string | undefined {
  return contentWordsOf(text).find(
    (word) =>
      words.includes(word.text.toLowerCase()) &&
      !others.some((other) => areAlike(word.text.toLowerCase(), other)) &&
      !contentWordsOf(others.join(' ')).some(({ lemma }) => areRelated(lemma, word.lemma)),
  )?.text;
}

function areAlike(one: string, other: string): boolean {
  const same = diffChars(one, other)
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, { value }) => sum + value.length, 0);
  return (2 * same) / (one.length + other.length) >= spelling;
}

/** Written twice: "the the". */
function isDoubled(word: string, words: readonly string[]): boolean {
  return words.some((each, index) => each === word.toLowerCase() && each === words[index + 1]);
}
