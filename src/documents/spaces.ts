import { type FillProblem } from './prose-unit.ts';

/** White space, fixed spaces included, of one UTF-16 unit. */
export const isSpace = (char: string | undefined): boolean =>
  char !== undefined && /\s/u.test(char) && char !== '\uFEFF';

/** Whether white space has a no-break, thin, narrow or ideographic space, which must stay. */
export const isFixedGap = (gap: string): boolean =>
  /[\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/u.test(gap);

/** Words of prose, which white space parts; fixed spaces included. */
export const proseWords = (prose: string): string[] =>
  prose.split(/[^\S\uFEFF]+/u).filter((word) => word !== '');

/**
 * Places for the fixed spaces of a draft in other words: between the same two words.
 * @param gaps the white space after each word of `draft` but the last
 * @returns the fixed space after the words of `words`, by the word's index
 */
export function placeFixedSpaces(
  draft: readonly string[],
  gaps: readonly string[],
  words: readonly string[],
): ReadonlyMap<number, string> | { readonly problem: FillProblem } {
  const placed = new Map<number, string>();
  if (!gaps.some(isFixedGap)) return placed;
  const places = new Map<string, number[]>();
  for (let index = 0; index + 1 < words.length; index++) {
    const key = between(words[index]!, words[index + 1]!);
    const found = places.get(key);
    if (found) found.push(index);
    else places.set(key, [index]);
  }
  for (const [index, gap] of gaps.entries()) {
    const [before, after] = [draft[index]!, draft[index + 1]!];
    const free = places.get(between(before, after));
    const place = free?.shift();
    if (place !== undefined && isFixedGap(gap)) placed.set(place, gap);
    if (place === undefined && isFixedGap(gap))
      return {
        problem: {
          reason: 'space',
          text: `The fixed space between "${before}" and "${after}" has no place in the rewrite.`,
        },
      };
  }
  return placed;
}

/** What two neighbours have in common wherever they stand: not punctuation around them, or case. */
function between(before: string, after: string): string {
  const left = before.replace(/^\p{P}+/u, '') || before;
  const right = /^[^\p{P}]+/u.exec(after)?.[0] ?? after;
  return `${left} ${right}`.toLowerCase();
}
