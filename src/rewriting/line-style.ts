import { factsOf } from '../facts/facts-of.ts';
import type { UnitKind } from '../documents/prose-unit.ts';

/** What may stand around the words at the edges of a line: quotation marks, brackets, marks. */
const edge = '(?:\\[/?\\d+\\]|["“”„«»‘’\'()*_\\s])*';
const endMark = new RegExp(`[.!?…:;](?=${edge}$)`, 'u');
const fullStop = new RegExp(`(?<![.])\\.(?=${edge}$)`, 'u');
const firstLetter = new RegExp(`^${edge}(\\p{L})`, 'u');
const firstWord = /^\P{L}*(\p{L}[\p{L}\p{N}'’-]*)/u;

/**
 * An answer with the draft's habits: a line without an end mark gains no full stop, one with a full
 * stop keeps it, a description that begins in lower case goes on to, and the draft's first word
 * loses its capital behind a new opening. A name keeps its capital.
 */
export function inStyleOf(draft: string, answer: string, kind: UnitKind): string {
  let text = endMark.test(draft) ? withFullStop(answer, draft) : answer.replace(fullStop, '');
  text = withFirstLetter(text, draft, kind);
  return withoutInnerCapital(text, draft);
}

function withFullStop(answer: string, draft: string): string {
  const ends = endMark.test(answer) || !fullStop.test(draft);
  return ends || !/[\p{L}\p{N}%°)\]"”’*_]$/u.test(answer) ? answer : `${answer}.`;
}

function withFirstLetter(text: string, draft: string, kind: UnitKind): string {
  const own = firstLetter.exec(draft)?.[1];
  const found = firstLetter.exec(text);
  const word = firstWord.exec(text)?.[1];
  if (own === undefined || !found || word === undefined) return text;
  const at = found[0].length - 1;
  if (isUpper(own) && !isUpper(found[1]!) && !draft.includes(word)) {
    return text.slice(0, at) + found[1]!.toUpperCase() + text.slice(at + 1);
  }
  // A sentence of prose may gain the capital that its writer left out.
  const keepsLower = kind !== 'paragraph' && !isUpper(own) && isUpper(found[1]!);
  if (!keepsLower || isCapitalised(word, draft, text)) return text;
  return text.slice(0, at) + found[1]!.toLowerCase() + text.slice(at + 1);
}

/** "Postage is extra." must not become "Please note that Postage is extra." */
function withoutInnerCapital(text: string, draft: string): string {
  const found = firstWord.exec(draft);
  const word = found?.[1];
  if (word === undefined || isCapitalised(word, draft, draft) || !isUpper(word[0]!)) return text;
  const inside = new RegExp(`(?<=[\\p{Ll}\\d,;] )${word}(?![\\p{L}\\p{N}'’-])`, 'gu');
  // Written with its capital in the middle of the draft, it is a name.
  if (inside.test(draft)) return text;
  return text.replace(inside, word[0]!.toLowerCase() + word.slice(1));
}

/** Whether a word has its capital anywhere: a name, an abbreviation, "I". */
function isCapitalised(word: string, draft: string, text: string): boolean {
  if (/^I(?:['’]|$)/u.test(word) || /\p{Lu}/u.test(word.slice(1))) return true;
  const named = (source: string): boolean =>
    factsOf(source).some(({ kind, text: fact }) => kind === 'name' && fact.includes(word));
  return named(draft) || named(text);
}

function isUpper(letter: string): boolean {
  return letter !== letter.toLowerCase();
}
