import { months, weekdays } from './calendar.ts';
import type { Fact } from './fact.ts';
import { isCommonWord } from './lexicon.ts';
import { piecesOf } from './names.ts';
import { unitWords } from './units.ts';

/** Shorter words are too near to others. */
const shortest = 5;

/** The words of a text, as written and in lower case. */
export interface Words {
  readonly pieces: ReadonlySet<string>;
  readonly lowerPieces: ReadonlySet<string>;
}

/** Possessives without their apostrophe: "Priyas" of "Priya's". */
export function possessivesOf(text: string): string[] {
  return [...text.matchAll(/(\p{L}{2,40})['’]s(?!\p{L})/gu)].map(([, name]) => `${name!}s`);
}

/**
 * Whether a fact of a rewrite only corrects how the draft spells it: "January" for "januar", or
 * "Priya's" for "Priyas".
 */
export function isCorrected({ kind, text }: Fact, draft: Words, rewrite: Words): boolean {
  const word = text.toLowerCase();
  if (kind === 'name') {
    return piecesOf(word).every((piece) => {
      const possessive = `${piece}s`;
      return (
        draft.lowerPieces.has(piece) ||
        [draft, rewrite].every((it) => it.lowerPieces.has(possessive))
      );
    });
  }
  if (kind !== 'date' || !(months.has(word) || weekdays.has(word))) return false;
  return draft.pieces.has(word) || [...draft.lowerPieces].some((piece) => isSlipOf(piece, word));
}

/** The name of a unit that a word misspells, such as "percent" for "procent". */
export function unitMeant(word: string): string | undefined {
  if (word.length < shortest || isCommonWord(word)) return undefined;
  return unitWords.find((unit) => isSlipOf(word, unit));
}

/** The month that a word misspells, such as "february" for "febuary". */
export function monthMeant(word: string): string | undefined {
  if (word.length < shortest || isCommonWord(word)) return undefined;
  return [...months.keys()].find((month) => isSlipOf(word, month));
}

/** Whether a word in lower case is another one with at most two slips, and none itself. */
function isSlipOf(word: string, meant: string): boolean {
  if (meant.length < shortest || word[0] !== meant[0]) return false;
  if (Math.abs(word.length - meant.length) > 2 || months.has(word) || weekdays.has(word)) {
    return false;
  }
  return distance(word, meant) <= (meant.length < 7 ? 1 : 2);
}

/** How many letters differ; two that changed places count as one. */
function distance(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from(other, (_, index) => index)];
  last.push(other.length);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const costs = [last[column]! + 1, next[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1)];
      if (one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        costs.push((before[column - 2] ?? Infinity) + 1);
      }
      next.push(Math.min(...costs));
    }
    [before, last] = [last, next];
  }
  return last[other.length]!;
}
