/** A fact as the index of drafts lists it: one wording, or several that say the same. */
export type ListedFact = string | readonly string[];

/** What begins a line and is neither prose nor a fact: comment signs, quotation signs. */
const lineSign = /^[ \t]*(?:\/\/[/!]?|\*|#(?!#)|>)[ \t]/gmu;

/**
 * The listed facts that a text does not say, each by its first wording.
 *
 * A wording is found as whole words, in any case, over the ends of lines; `*` at one of its ends
 * lets the word go on there. A number is found as a whole number: "3" is not in "1.3" or "30".
 */
export function missingFacts(text: string, facts: readonly ListedFact[]): string[] {
  const prose = text
    .replace(lineSign, '')
    .replaceAll('&nbsp;', ' ')
    .replace(/\s+/gu, ' ')
    .replaceAll('’', "'");
  return facts.flatMap((fact) => {
    const wordings = typeof fact === 'string' ? [fact] : fact;
    return wordings.some((wording) => patternOf(wording).test(prose)) ? [] : [wordings[0]!];
  });
}

const word = String.raw`[\p{L}\p{N}_]`;

function patternOf(wording: string): RegExp {
  const core = wording.replace(/^\*|\*$/gu, '');
  const escaped = core.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
  const before = wording.startsWith('*') ? '' : edgeBefore(core);
  const after = wording.endsWith('*') ? '' : edgeAfter(core);
  return new RegExp(`${before}${escaped}${after}`, 'iu');
}

function edgeBefore(core: string): string {
  if (/^\p{N}/u.test(core)) return String.raw`(?<!${word})(?<!\p{N}[.,:])`;
  return /^\p{L}/u.test(core) ? `(?<!${word})` : '';
}

function edgeAfter(core: string): string {
  if (/\p{N}$/u.test(core)) return String.raw`(?!${word})(?![.,:]\p{N})`;
  return /\p{L}$/u.test(core) ? `(?!${word})` : '';
}
