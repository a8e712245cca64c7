import { rootOf } from '../../facts/lexicon.ts';
import { isEmptyWord, tokensOf } from '../../facts/tokens.ts';
import { mark } from '../marks.ts';
import { quoted, type Check } from './check.ts';

const verb =
  "(?:['’]s|\\s(?:is|was|are|were|will be|would be|has been|had been|means|meant|makes|costs?|takes?|took|comes to|amounts to))";
const complement = '(?<rest>\\s[^.!?;\\n]{2,80})';
/**
 * "That is 11% more", after something that "that" stands for, which may be in the sentences before
 * the draft.
 */
const pronounSaid = new RegExp(
  `(?<=^|[\\p{L}\\p{N}\\])"”’][.!?;,:—–-]{1,3}\\s+(?:and|but|so|as|because|which means)?\\s?)(?<subject>that|this|it)${verb}${complement}`,
  'giu',
);
const nounSaid = new RegExp(
  `(?<!\\p{L})(?<subject>(?:the|an?|our|your|my|his|her|its|their)\\s(?:\\p{L}+\\s){0,2}?(?<noun>\\p{L}+))${verb}${complement}`,
  'giu',
);
/** "It is clear that ..." stands for what follows, and "it is the owner who ..." for nobody. */
const expletive = /\b(?:that|who|which|whom|to|for|if|when|how|why|whether|where)\b/iu;
/** Words of a statement that are compared. */
const compared = 3;

interface Said {
  readonly subject: string;
  readonly noun: string;
  readonly words: readonly string[];
  /** Where the subject begins in the text. */
  readonly start: number;
}

/**
 * What a "that", "this" or "it" of the draft stands for, where the answer says it of a noun that
 * the draft names only later: "the lift is 11% more" for "that is 11% more, and the lift is out".
 */
export const references: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  const before = saidIn(draft, pronounSaid);
  if (before.length === 0) return undefined;
  const named = saidIn(draft, nounSaid);
  for (const now of saidIn(text, nounSaid)) {
    const was = before.find(({ words }) => saysSame(words, now.words));
    const isOfDraft = named.some((it) => it.noun === now.noun && saysSame(it.words, now.words));
    if (was === undefined || isOfDraft || !isNamedOnlyAfter(draft, now.noun, was.start)) continue;
    return {
      reason: 'meaning',
      text: `The answer says of ${quoted(now.subject)} what the draft says of ${quoted(was.subject)}.`,
    };
  }
  return undefined;
};

function saidIn(text: string, pattern: RegExp): Said[] {
  const plain = text.replace(mark, (found) => ' '.repeat(found.length));
  return [...plain.matchAll(pattern)].flatMap(({ index, groups }): Said[] => {
    const { subject = '', noun = '', rest = '' } = groups ?? {};
    const [clause = ''] = rest.split(/,\s|\s(?:and|but|because|so|as)\s/u);
    const words = wordsOf(clause);
    const isOpen = noun === '' && /^it$/iu.test(subject) && expletive.test(clause);
    if (words.length === 0 || isOpen) return [];
    return [{ subject, noun: rootOf(noun.toLowerCase()), words, start: index }];
  });
}

/** Numbers and the roots of words that say something, of the beginning of a statement. */
function wordsOf(rest: string): string[] {
  const pieces = rest.match(/\p{N}[\p{N}.,]*%?|\p{L}+(?:['’]\p{L}+)?/gu) ?? [];
  return pieces
    .map((piece) => piece.toLowerCase().replace(/[.,]+$/u, ''))
    .filter((piece) => !isEmptyWord(piece))
    .slice(0, compared)
    .map((piece) => rootOf(piece));
}

function saysSame(one: readonly string[], other: readonly string[]): boolean {
  return one[0] === other[0] && (one.length === 1 || other.length === 1 || other.includes(one[1]!));
}

/** Whether a draft has a word, and only after a place. */
function isNamedOnlyAfter(draft: string, root: string, place: number): boolean {
  const first = tokensOf(draft).find(({ lower }) => rootOf(lower) === root);
  return first !== undefined && first.start > place;
}
