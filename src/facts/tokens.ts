/** A word of a sentence; facts in the sentence are no words. */
export interface Token {
  readonly lower: string;
  readonly start: number;
  readonly end: number;
}

const wordPattern = /\p{L}[\p{L}\p{M}]*(?:['’´`-]\p{L}+)*/gu;

/** A denied auxiliary without its apostrophe or with a misplaced one: "dont", "is'nt", "havnt". */
const slippedDenial =
  /^(do|doe?se?|did|wo|ca|is|are|was|were|hase?|hav|have|had|wou?l?de?|shou?l?de?|cou?l?de?|must|need|might|ai)'?nt$/u;
const slippedPerson = /^(i)(m|ve)$|^(you|we|they)(re|ve)$|^(you|they)(ll)$|^(you|they)(d)$/u;

/** Words that say nothing by themselves: auxiliaries, determiners, pronouns and adverbs. */
const emptyWords = new Set(
  (
    'a an the this that these those any some all each every either am is are was were be been being ' +
    'has have had having do does did done will would shall should can could may might must to yet ' +
    'already really just always ever even also still so very quite too more much many most i we you ' +
    'he she it they me us him her them my our your his its their mine ours yours get got getting ' +
    "and or but if when while as of in on at by for from with about into than then there here let's " +
    "i'm i'll i've i'd we're we'll we've we'd you're you'll you've you'd it's that's they're they'll " +
    'please kindly who which what how why where because since able going need whatsoever way ' +
    'anybody anyone anything anywhere necessary'
  ).split(' '),
);

/** The words of a sentence, in order. */
export function tokensOf(text: string): Token[] {
  return [...text.matchAll(wordPattern)].map((match) => ({
    lower: spelled(match[0].toLowerCase().replace(/[’´`]/gu, "'")),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** A contraction with its apostrophe in place; all other words as they are. */
function spelled(lower: string): string {
  if (slippedDenial.test(lower)) return lower.replace(/'?nt$/u, "n't");
  const [, ...parts] = slippedPerson.exec(lower) ?? [];
  return parts.length === 0 ? lower : parts.filter((part) => part !== undefined).join("'");
}

/** Whether a word in lower case says nothing by itself. */
export function isEmptyWord(lower: string): boolean {
  return emptyWords.has(lower) || /ly$/u.test(lower) || /n't$|'s$/u.test(lower);
}

/** Index of the first word after `index` that says something, within 8 words and one clause. */
export function contentAfter(
  tokens: readonly Token[],
  index: number,
  text: string,
): number | undefined {
  for (let next = index + 1; next < Math.min(tokens.length, index + 9); next++) {
    if (/[;:.!?\uE000]/u.test(text.slice(tokens[next - 1]!.end, tokens[next]!.start)))
      return undefined;
    if (!isEmptyWord(tokens[next]!.lower)) return next;
  }
  return undefined;
}
