import { type FillProblem } from './prose-unit.ts';

/** White space, fixed spaces included, of one UTF-16 unit. */
export const isSpace = (char: string | undefined): boolean =>
  char !== undefined && /\s/u.test(char) && char !== '\uFEFF';

/** Whether white space has a no-break, thin, narrow or ideographic space, which must stay. */
export const hasFixedSpace = (gap: string): boolean =>
  /[\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/u.test(gap);

/** White space between two words of a draft: source, with the starts of further lines. */
export interface Gap {
  readonly source: string;
  /** Whether a fixed space is in it, which must stay between these words. */
  readonly fixed: boolean;
}

/** Words of prose, which white space parts; fixed spaces included. */
export const proseWords = (prose: string): string[] =>
  prose.split(/[^\S\uFEFF]+/u).filter((word) => word !== '');

/**
 * Places for the fixed spaces of a draft in other words: between the same two words, or at the same
 * side of a mark.
 * @param gaps the white space after each word of `draft` but the last
 * @returns the fixed space after the words of `words`, by the word's index
 */
export function placeFixedSpaces(
  draft: readonly string[],
  gaps: readonly Gap[],
  words: readonly string[],
): ReadonlyMap<number, Gap> | { readonly problem: FillProblem } {
  const placed = new Map<number, Gap>();
  if (!gaps.some(({ fixed }) => fixed)) return placed;
  const places = placesOf(words);
  for (const [index, gap] of gaps.entries()) {
    const keys = keysOf(draft[index]!, draft[index + 1]!);
    const free = keys.find((key) => places.has(key));
    const place = places.get(gap.fixed ? (free ?? '') : keys[0]!)?.shift();
    if (gap.fixed && place === undefined)
      return {
        problem: {
          reason: 'space',
          text: `The fixed space between "${draft[index]}" and "${draft[index + 1]}" has no place in the rewrite.`,
        },
      };
    if (gap.fixed) placed.set(place!, gap);
  }
  return placed;
}

/** The indices of the white space between words, by what the words around it have in common. */
function placesOf(words: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let index = 0; index + 1 < words.length; index++)
    for (const key of keysOf(words[index]!, words[index + 1]!)) {
      const found = places.get(key);
      if (found) found.push(index);
      else places.set(key, [index]);
    }
  return places;
}

/**
 * What two neighbours have in common wherever they stand, without punctuation around them and case;
 * and what a mark has at its side, whatever the other word is.
 */
function keysOf(before: string, after: string): string[] {
  const left = before.replace(/^\p{P}+/u, '') || before;
  const right = /^(?:\[\/?\d+\]|[^\p{P}]+|\p{P})/u.exec(after)![0];
  const keys = [`${left} ${right}`.toLowerCase()];
  if (right.endsWith(']')) keys.push(` ${right}`);
  const mark = /\[\/?\d+\]$/u.exec(before)?.[0];
  if (mark) keys.push(`${mark} `);
  return keys;
}
