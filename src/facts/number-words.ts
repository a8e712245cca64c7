const below20 =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Cardinals below 100 without a hyphen, in lower case. */
export const numberWords: ReadonlyMap<string, number> = new Map([
  ...below20.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, index): [string, number] => [word, (index + 2) * 10]),
]);

/** What a number word multiplies by. */
export const multipliers: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['k', 1e3],
  ['thousand', 1e3],
  ['m', 1e6],
  ['mn', 1e6],
  ['million', 1e6],
  ['mio', 1e6],
  ['bn', 1e9],
  ['billion', 1e9],
]);

const ordinalRoots = new Map([
  ['second', 2],
  ['third', 3],
  ['fifth', 5],
  ['eighth', 8],
  ['ninth', 9],
  ['twelfth', 12],
  ...below20.slice(4).map((word, index): [string, number] => [`${word}th`, index + 4]),
  ...tens.map((word, index): [string, number] => [`${word.slice(0, -1)}ieth`, (index + 2) * 10]),
]);

/** Ordinals from "second" to "ninetieth", in lower case. */
export const ordinalWords: ReadonlyMap<string, number> = ordinalRoots;

const smallWord = [...numberWords.keys()].sort((a, b) => b.length - a.length).join('|');

/** A cardinal in words, such as "two hundred and five", "half a million" or "a dozen". */
export const cardinalPattern = String.raw`(?:(?:half\s(?:a\s)?|a\s|an\s)(?:hundred|thousand|million|billion|dozen)|(?:${smallWord})(?:[\s-](?:and\s)?(?:${smallWord}|hundred|thousand|million|billion|dozen)){0,12})(?![\p{L}\p{N}])`;

/** The value of a match of `cardinalPattern`; undefined for words that are no one number. */
export function cardinalOf(match: string): number | undefined {
  let [total, part] = [0, 0];
  let smallest = Infinity;
  for (const word of match.toLowerCase().split(/[\s-]+/u)) {
    const small = numberWords.get(word);
    const factor = word === 'dozen' ? 12 : multipliers.get(word);
    if (word === 'half') part = 0.5;
    else if (word === 'a' || word === 'an') part ||= 1;
    else if (small !== undefined) {
      // "five ten" is two numbers, "twenty five" is one.
      if (small >= 10 ? part % 100 !== 0 : part % 10 !== 0 || part % 100 === 10) return undefined;
      part += small;
    } else if (factor !== undefined && factor <= 100) part *= factor;
    else if (factor !== undefined) {
      if (factor >= smallest) return undefined;
      smallest = factor;
      total += part * factor;
      part = 0;
    }
  }
  return total + part;
}
