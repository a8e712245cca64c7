import { type UnitKind } from './prose-unit.ts';
import { markedRuns } from './marks.ts';
import { isClosing, isGreeting, isSigned } from './letters.ts';

/** Words that are part of names and titles: "Tom and Ann of the Board". */
const particles = new Set(
  'and or of the a an for in on at to with by de la le du von van der den und y e & dr mr mrs'.split(
    ' ',
  ),
);
const letters = /\p{L}/u;
const lower = /^[^\p{L}]*\p{Ll}/u;
const uncased = /\p{Lo}/gu;
const sentenceEnd = /[.!?…。！？]["'”’»)\]]*$/u;
const keyValue = /^[\p{L}\p{N}][\p{L}\p{N} _./-]{0,40}:(?:\s|$)/u;
const codeSigns = /[{}<>=;|\\^~$`]/gu;
/** Names of tokens of a language model, which texts about models mention: "<|im_end|>". */
const tokenNames = /<[|｜][^<>|｜\s]{1,40}[|｜]>/gu;

/** Whether a line begins with a label: "Note: ...", "Second step: ...". */
export const isLabelled = (line: string): boolean =>
  /^\p{Lu}[\p{L}\p{N}_-]*(?: [\p{L}\p{N}_-]+){0,2}:\s/u.test(line);

/** Whether a line is "Key: value" with a value that is no sentence. */
export function isKeyValue(line: string): boolean {
  const key = keyValue.exec(line)?.[0];
  if (key === undefined) return false;
  const value = line.slice(key.length).trim();
  if (key.trim().split(/\s+/u).length > (value === '' ? 2 : 3)) return false;
  const words = wordsOf(value);
  if (sentenceEnd.test(value)) return words.length < 3;
  return words.length < 6 || !hasLowerWords(words);
}

/** Whether a line has only names, numbers and words that join them. */
export const isName = (line: string): boolean => !hasLowerWords(wordsOf(line));

/**
 * Whether words are a sentence or part of one, and not a name, an address, a field of a record, a
 * greeting or the end of a letter.
 * @param text with marks
 */
export function isProse(text: string, kind: UnitKind): boolean {
  const plain = markedRuns(text)
    .map((run) => ('text' in run ? run.text : ' '))
    .join('')
    .replace(/\s+/gu, ' ')
    .trim();
  const words = wordsOf(plain);
  const signs = plain.replace(tokenNames, '').match(codeSigns)?.length ?? 0;
  if (signs > 2 && signs * 20 > plain.length) return false;
  if ((plain.match(uncased)?.length ?? 0) >= 8) return true;
  if (kind === 'heading' || kind === 'subject') return words.length >= 3;
  if (words.length < (sentenceEnd.test(plain) ? 2 : 3) || !hasLowerWords(words)) return false;
  if (kind === 'cell' && !(words.length >= 4 && sentenceEnd.test(plain)) && words.length < 6)
    return false;
  return !isGreeting(plain) && !isClosing(plain) && !isSigned(plain, isName) && !isKeyValue(plain);
}

const wordsOf = (text: string): string[] => text.split(/\s+/u).filter((word) => letters.test(word));

const hasLowerWords = (words: readonly string[]): boolean =>
  words.some((word) => lower.test(word) && !particles.has(word.replace(/[^\p{L}&]/gu, '')));
