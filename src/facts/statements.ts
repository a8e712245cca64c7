import type { Fact } from './fact.ts';
import { frequenciesOf, type Often } from './frequency.ts';
import { comparatives } from './qualifiers.ts';
import { rootOf } from './lexicon.ts';
import { type Mode, modesOf } from './modality.ts';
import { type Persons, personsOf } from './persons.ts';
import { contentAfter, isEmptyWord, type Token, tokensOf } from './tokens.ts';

/** What a sentence denies, and who does what in it. */
export interface Statements {
  /** Negations, with offsets in the sentence. */
  readonly facts: readonly Fact[];
  /** Roots of the words that a negation denies. */
  readonly denied: ReadonlySet<string>;
  /** Roots of all other words that mean something. */
  readonly affirmed: ReadonlySet<string>;
  /** Words such as "only" and "fail", each of which can say what a negation says. */
  readonly halfDenied: readonly string[];
  /** How many more words the negations reach: "not paid or sent". */
  readonly extended: number;
  /** Whether a negation stands apart from the word that it denies. */
  readonly loose: boolean;
  readonly persons: Persons;
  readonly modes: readonly Mode[];
  readonly frequencies: readonly Often[];
}

/** What makes a comparison one with a number, which is hidden. */
const boundFollows = '(?= (?:an? |the |another )?\uE000)';
/** Phrases with a negation that deny nothing, or deny twice. */
const idioms = new RegExp(
  String.raw`(?<![\p{L}])(?:${[
    ...['not only', "(?:do not|don['’]?t|not) hesitate", "(?:do not|don['’]?t|not) forget"],
    ...["(?:do not|don['’]?t|no need to|not) worry", 'no (?:problem|worries|doubt|matter|wonder)'],
    ...['not a problem', "can(?:no|['’]?)t wait", "can(?:no|['’]?)t thank", 'not to mention'],
    ...['nothing but', 'no later than', 'not later than', '(?:no|not) more than', 'no sooner'],
    ...['(?:no|not) (?:less|fewer) than', 'no earlier than', 'or not', 'why not'],
    ...['without (?:a )?(?:doubt|delay|further ado|hesitation)', "if (?:you )?don['’]?t mind"],
    ...['not (?:without|impossible|unlikely|uncommon|unusual|unable|infrequently)'],
    ...['(?:never|not) (?:fails? to|unless)', 'last but not least', 'if not'],
  ].join('|')})(?![\p{L}])`,
  'giu',
);
/** Words of bounds: "less than 5", and the "not" of "do not exceed 5". */
const bounds = new RegExp(
  `(?<!\\p{L})(?:(?:less|fewer) than(?=${boundFollows})|(?:not|never|cannot|\\p{L}{2,8}n['’]t)(?=(?: to)? exceed\\p{L}{0,3}${boundFollows}|(?: \\p{L}{1,20}){1,4}? (?:${comparatives}) than${boundFollows}))`,
  'giu',
);
/** Phrases that only stress a denial; of them, the word that denies stays. */
const stress = new RegExp(
  String.raw`(?<!\p{L})(?:${[
    '(?:under|in|by|at|on|for) (?:no|any) (?:circumstances?|conditions?|way|means|time|point|account|event|reason)',
    '(?:no|any) (?:reason|way|need|cause)(?= (?:for|to|why|that|i|we|you|they|he|she) )',
    'at (?:this|that|the present) (?:point|moment|time|stage)(?: in time)?',
    ...[
      'at (?:all|present|the moment)',
      'in the (?:least|slightest)',
      'for (?:now|the time being)',
    ],
  ].join('|')})(?!\p{L})`,
  'giu',
);
/** A denial whose verb stands elsewhere: "not until Friday will we ship". */
const looseDenial = /^(?:until|till|before|because|since|if|when|once|after)$/u;
/** Words that deny nothing more after a "not" in their clause: "we don't need nothing". */
const concord = /^(?:no|nothing|nobody|none|nowhere|never|neither)$/u;
const clauseBreak =
  /^(?:and|but|or|nor|because|that|which|who|if|when|while|so|since|although|though|unless|until|than|without|i|we|you|he|she|they)$/u;
const denying = new Set(
  'not never no none nobody nothing nowhere neither nor without cannot unable impossible'.split(
    ' ',
  ),
);
const halfDenying =
  /^(?:fail|lack|refus|declin|reject|avoid|prevent|prohibit|forbid|forbade|deni|deny|exclud|withh[eo]ld|skip|omit|miss|stop|wait|block|ignor|unless|only|except|hardly|barely|rarely|seldom|few(?:er)?$|little$|less$|instead$|rather$|absent|free$|zero$|off$|out$|until|till$|otherwise|yet$|still$|pending|open$|keep$|kept$|leave$|left$|remain)/u;
const unWord =
  /^(?:un(?!der|til|it|ion|iq|less|fortun|cle)|in(?=active|correct|valid|complete|secure|visible|sufficient|accurate|eligible|compatible)|dis(?=able|agree|allow|approve|connect|continue|like)|non-)\p{L}{3,}/u;
/** Words whose denial moves: "I don't think we can" is "I think we can't". */
const raising = new Set([
  'think',
  'believe',
  'expect',
  'suppose',
  'seem',
  'appear',
  'want',
  'plan',
]);
const determiner = /^(?:an?|the|this|that|these|those|my|our|your|his|her|its|their)$/u;
const asked = new Set(['we', 'you', 'i', 'it', 'they', 'he', 'she', 'that', 'this']);

/** What a sentence says; facts in it are hidden in `rest`. */
export function statementsOf(rest: string, sentence: string): Statements {
  const plain = rest.replace(idioms, hidden).replace(bounds, hidden).replace(stress, unstressed);
  const said = tokensOf(plain);
  const tokens = said.filter((_, index) => !repeatsDenial(said, index, plain));
  const all = plain === rest ? said : tokensOf(rest);
  const neutral = new Set<string>();
  const denied = new Set<string>();
  const facts: Fact[] = [];
  let extended = 0;
  let loose = false;
  for (const [index, token] of tokens.entries()) {
    if (!denies(tokens, index, plain)) continue;
    loose ||= looseDenial.test(tokens[index + 1]?.lower ?? '');
    if (token.lower === 'nor' && facts.length > 0) {
      extended += 1;
    } else {
      const text = /n't$|cannot/u.test(token.lower) ? 'not' : token.lower;
      facts.push({ kind: 'negation', text, key: 'not', start: token.start, end: token.end });
    }
    extended += reach(tokens, index, plain, denied, neutral);
  }
  const words = tokens.filter(({ lower }) => !isEmptyWord(lower) && !denying.has(lower));
  const roots = words.map(({ lower }) => rootOf(lower));
  for (const root of roots) {
    if (unWord.test(root)) denied.add(root.replace(/^(?:un|in|dis|non-)/u, ''));
  }
  return {
    facts,
    denied,
    affirmed: new Set(
      roots.filter((root) => root.length > 2 && !denied.has(root) && !neutral.has(root)),
    ),
    halfDenied: halfOf(tokens),
    extended,
    loose,
    persons: personsOf(all, rest),
    modes: modesOf(all, rest),
    frequencies: frequenciesOf(sentence),
  };
}

function hidden(phrase: string): string {
  return '\uE000'.repeat(phrase.length);
}

/** The phrase with blanks in the place of all but its "no". */
function unstressed(phrase: string): string {
  return phrase.replace(/\p{L}+/gu, (word) =>
    /^no$/iu.test(word) ? word : ' '.repeat(word.length),
  );
}

/** Whether a word only repeats a denial of its clause: "I haven't got no time", "nobody don't". */
function repeatsDenial(tokens: readonly Token[], index: number, text: string): boolean {
  const isVerbal = /^not$|n't$/u.test(tokens[index]!.lower);
  if (!isVerbal && !concord.test(tokens[index]!.lower)) return false;
  for (let at = index - 1; at >= Math.max(0, index - (isVerbal ? 2 : 6)); at--) {
    const { lower, end } = tokens[at]!;
    if (/[,;:.!?()\uE000]/u.test(text.slice(end, tokens[at + 1]!.start))) return false;
    if (
      (isVerbal ? /^(?:nobody|nothing|none|never)$/u : /^(?:not|nobody|never)$|n't$/u).test(lower)
    ) {
      return true;
    }
    if (clauseBreak.test(lower)) return false;
  }
  return false;
}

function halfOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap(({ lower }) =>
    halfDenying.test(lower) || unWord.test(lower) ? rootOf(lower) : [],
  );
}

function denies(tokens: readonly Token[], index: number, text: string): boolean {
  const { lower, end } = tokens[index]!;
  if (lower === 'no') {
    // "no. 48213" is a number, and "No," only an answer.
    return !/^(?:\.\s?[\d\uE000]|,)/u.test(text.slice(end, end + 3));
  }
  if (denying.has(lower)) return true;
  return lower.endsWith("n't") && !asked.has(tokens[index + 1]?.lower ?? '');
}

/**
 * Adds the words that a negation denies; returns how many there are after the first. The object in
 * "it isn't our fault" is neither denied nor affirmed.
 */
function reach(
  tokens: readonly Token[],
  index: number,
  text: string,
  denied: Set<string>,
  neutral: Set<string>,
): number {
  let at = deniedAfter(tokens, index, text);
  const verb = tokens[index - 1];
  // "We heard nothing" denies its verb as "none of us heard" does.
  if (/^(?:nothing|nobody|nowhere|none)$/u.test(tokens[index]!.lower) && verb !== undefined) {
    neutral.add(rootOf(verb.lower));
  }
  if (at === undefined) {
    const object = contentAfter(tokens, index, text);
    if (object !== undefined) neutral.add(rootOf(tokens[object]!.lower));
  }
  let more = 0;
  while (at !== undefined) {
    denied.add(rootOf(tokens[at]!.lower));
    const or = orAfter(tokens, at, text);
    if (or === undefined) break;
    more += tokens[or]!.lower === 'or' ? 1 : 0;
    at = contentAfter(tokens, or, text);
  }
  return more;
}

/** The word that a negation denies; none in "we never got the parcel", whose verb says little. */
function deniedAfter(tokens: readonly Token[], index: number, text: string): number | undefined {
  const at = contentAfter(tokens, index, text);
  if (at === undefined) return undefined;
  const between = tokens.slice(index + 1, at).map(({ lower }) => lower);
  const nominal = /^(?:no|without|neither|nor)$/u.test(tokens[index]!.lower);
  if (!nominal && between.some((word) => determiner.test(word))) return undefined;
  return raising.has(rootOf(tokens[at]!.lower)) ? contentAfter(tokens, at, text) : at;
}

function orAfter(tokens: readonly Token[], at: number, text: string): number | undefined {
  for (let next = at + 1; next <= Math.min(at + 5, tokens.length - 1); next++) {
    if (/[;:.!?]/u.test(text.slice(tokens[next - 1]!.end, tokens[next]!.start))) return undefined;
    if (/^n?or$/u.test(tokens[next]!.lower)) return next;
  }
  return undefined;
}
