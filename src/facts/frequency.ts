/** How often something happens, or how sure it is. */
export type Frequency =
  'never' | 'rarely' | 'sometimes' | 'often' | 'usually' | 'by default' | 'always' | 'likely';

/** A word of a sentence that says how often. */
export interface Often {
  readonly frequency: Frequency;
  /** As written, in lower case. */
  readonly text: string;
  /** Whether it need not say it: "it works normally", "the usual way". */
  readonly loose: boolean;
}

const cases = '(?:cases|instances|situations|circumstances|occasions)';
const negated = "(?:not|don't|doesn't|didn't)";

/** Longer phrases come first: "almost never" is not "never". */
const phrases: readonly (readonly [Frequency, string])[] = [
  [
    'rarely',
    [
      'rarely|seldom|(?:hardly|scarcely|barely) ever|almost never|infrequently|on rare occasions',
      `in (?:rare|few|very few|a few) ${cases}|${negated} (?:\\p{L}+ )?(?:very )?often`,
    ].join('|'),
  ],
  [
    'never',
    [
      "never|not (?:once|ever)|\\p{L}+n't ever|at no (?:time|point)|on no account",
      `(?:under|in) no ${cases}|${negated} under any ${cases}|(?:no one|nobody) ever`,
    ].join('|'),
  ],
  [
    'sometimes',
    [
      'sometimes|occasionally|at times|(?:every )?now and (?:then|again)|from time to time',
      `once in a while|on occasion|every so often|in (?:some|certain) ${cases}|periodically`,
    ].join('|'),
  ],
  [
    'usually',
    [
      'usually|normally|generally|typically|ordinarily|customarily|mostly|commonly|in general',
      `(?:in|under|with) (?:(?:the |a )?(?:vast |large |great |overwhelming )?majority of|most|normal|usual|ordinary) ${cases}`,
      '(?:almost|nearly) always|as a (?:general )?rule|most of the time|most often|on the whole',
      'for the most part|by and large|more often than not|tend(?:s|ed)? to|in the normal course',
    ].join('|'),
  ],
  ['by default', 'by default|as (?:a|the) default'],
  ['always', 'always|invariably|constantly|at all times|all the time|without exception'],
  ['often', `often|frequently|many times|repeatedly|time and again|(?:in|on) many ${cases}`],
  [
    'likely',
    [
      '(?:almost|nearly|virtually) certain(?:ly)?|in all (?:likelihood|probability)',
      '(?:very|most|highly) (?:likely|probably)|likely|probably',
    ].join('|'),
  ],
];

/** Words that may say the same: whoever has them lacks nothing. */
const loosely: readonly (readonly [Frequency, string])[] = [
  ['usually', 'usual|normal|typical|general|standard|common|ordinary|most|the norm'],
  ['by default', 'default\\p{L}*'],
  ['always', 'every|each|whenever|all|any|constant'],
  ['often', 'frequent|regularly|common|a lot'],
  ['sometimes', 'occasional|some|once or twice|can|may|might|could'],
  ['rarely', 'rare|unusual|uncommon'],
  ['likely', 'probable|likelihood|chance|expected|sure|certain(?:ly)?|should|may|might|could'],
];

const patternOf = (list: readonly (readonly [Frequency, string])[]) =>
  new RegExp(
    `(?<![\\p{L}-])(?:${list.map(([, its]) => `(${its})`).join('|')})(?![\\p{L}-])`,
    'giu',
  );
const surePattern = patternOf(phrases);
const loosePattern = patternOf(loosely);

/** "It works normally again" says how, and "generally speaking" nothing. */
const manner = /^(?:normally|generally|in general|ordinarily|typically|mostly)$/iu;
const atEnd = /^\s*(?:[.,;:!?)]|$|again\b|and\b|since\b|speaking\b)/iu;
const asUsual = /(?:^|\s)(?:as|than|work\p{L}*|behav\p{L}*|function\p{L}*)\s$/iu;

/** What a sentence says of how often something happens. */
export function frequenciesOf(sentence: string): readonly Often[] {
  const plain = sentence.replace(/[’´`]/gu, "'");
  const sure = found(plain, surePattern, phrases).map(({ frequency, text, index }) => {
    const ahead = plain.slice(Math.max(0, index - 24), index);
    const loose =
      asUsual.test(ahead) ||
      (manner.test(text) && ahead !== '' && atEnd.test(plain.slice(index + text.length)));
    return { frequency, text: text.toLowerCase(), loose };
  });
  const rest = found(plain, loosePattern, loosely).map(({ frequency, text }) => {
    return { frequency, text: text.toLowerCase(), loose: true };
  });
  return [...sure, ...rest];
}

function found(
  text: string,
  pattern: RegExp,
  list: readonly (readonly [Frequency, string])[],
): { readonly frequency: Frequency; readonly text: string; readonly index: number }[] {
  return [...text.matchAll(pattern)].map(({ index, 0: written, ...groups }) => {
    const place = list.findIndex((_, at) => groups[at + 1] !== undefined);
    return { frequency: list[place]![0], text: written, index };
  });
}

/** A frequency that a rewrite lost, changed or added. */
export interface OftenChange {
  readonly from?: string;
  readonly to?: string;
  readonly soft: boolean;
}

/** Frequencies that people say lightly, so that a text may leave them out or gain them. */
const light: ReadonlySet<Frequency> = new Set(['always', 'often', 'likely']);

/** Hedges that only sound like a frequency. */
const hedge = /^(?:generally|in general|for the most part|by and large|on the whole)$/u;

/** What a draft says of how often something happens, where a rewrite says otherwise. */
export function compareFrequencies(
  draft: readonly Often[],
  rewrite: readonly Often[],
): OftenChange[] {
  const [lost, fresh] = [lacking(draft, rewrite), lacking(rewrite, draft)];
  const meant = lost.filter(({ text }) => !hedge.test(text));
  const changed = meant.slice(0, fresh.length).map((from, index) => {
    return { from: from.text, to: fresh[index]!.text, soft: false };
  });
  // A "never" alone is a negation, which is compared with the others.
  const isAlone = ({ frequency }: Often) => frequency !== 'never';
  const left = [...meant.slice(changed.length), ...lost.filter((often) => !meant.includes(often))];
  const added = fresh.slice(changed.length);
  return [
    ...changed,
    ...left.filter(isAlone).map((often) => ({ from: often.text, soft: isSoft(often) })),
    ...added.filter(isAlone).map((often) => ({ to: often.text, soft: isSoft(often) })),
  ];
}

function isSoft({ frequency, text }: Often): boolean {
  return light.has(frequency) || hedge.test(text);
}

/** The first of each frequency that the other text lacks. */
function lacking(said: readonly Often[], other: readonly Often[]): Often[] {
  const has = new Set(other.map(({ frequency }) => frequency));
  const first = new Map<Frequency, Often>();
  for (const often of said) {
    if (!often.loose && !has.has(often.frequency) && !first.has(often.frequency)) {
      first.set(often.frequency, often);
    }
  }
  return [...first.values()];
}
