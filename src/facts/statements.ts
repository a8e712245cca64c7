import type { Fact } from './fact.ts';
import { rootOf } from './lexicon.ts';
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
  readonly persons: Persons;
}

/** Phrases with a negation that deny nothing, or deny twice. */
const idioms = new RegExp(
  String.raw`(?<![\p{L}])(?:${[
    ...['not only', "(?:do not|don['’]t|not) hesitate", "(?:do not|don['’]t|not) forget"],
    ...["(?:do not|don['’]t|no need to|not) worry", 'no (?:problem|worries|doubt|matter|wonder)'],
    ...['not a problem', "can(?:no|['’])t wait", "can(?:no|['’])t thank", 'not to mention'],
    ...['nothing but', 'no later than', 'not later than', '(?:no|not) more than', 'no sooner'],
    ...['(?:no|not) (?:less|fewer) than', 'no earlier than', 'or not', 'why not'],
    ...['without (?:a )?(?:doubt|delay|further ado|hesitation)', "if (?:you )?don['’]t mind"],
    ...['not (?:without|impossible|unlikely|uncommon|unusual|unable|infrequently)'],
    ...['(?:never|not) (?:fails? to|unless)', 'last but not least', 'if not'],
  ].join('|')})(?![\p{L}])`,
  'giu',
);
const denying = new Set(
  'not never no none nobody nothing nowhere neither nor without cannot unable impossible'.split(
    ' ',
  ),
);
const halfDenying = new Set(
  (
    'fail lack refuse decline reject avoid prevent prohibit forbid stop unless only except hardly ' +
    'barely rarely seldom few little instead rather miss missing absent free deny exclude withhold ' +
    'skip omit zero off out until otherwise yet still pending wait less fewer'
  ).split(' '),
);
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
const asked = new Set(['we', 'you', 'i', 'it', 'they', 'he', 'she', 'that', 'this']);

/** What a sentence says; facts in it are hidden in `rest`. */
export function statementsOf(rest: string): Statements {
  const plain = rest.replace(idioms, (idiom) => '\uE000'.repeat(idiom.length));
  const tokens = tokensOf(plain);
  const denied = new Set<string>();
  const facts: Fact[] = [];
  let extended = 0;
  for (const [index, token] of tokens.entries()) {
    if (!denies(tokens, index, plain)) continue;
    if (token.lower === 'nor' && facts.length > 0) {
      extended += 1;
    } else {
      const text = /n['’]t$|cannot/u.test(token.lower) ? 'not' : token.lower;
      facts.push({ kind: 'negation', text, key: 'not', start: token.start, end: token.end });
    }
    extended += reach(tokens, index, plain, denied);
  }
  const words = tokens.filter(({ lower }) => !isEmptyWord(lower) && !denying.has(lower));
  const roots = words.map(({ lower }) => rootOf(lower));
  for (const root of roots) {
    if (unWord.test(root)) denied.add(root.replace(/^(?:un|in|dis|non-)/u, ''));
  }
  return {
    facts,
    denied,
    affirmed: new Set(roots.filter((root) => root.length > 2 && !denied.has(root))),
    halfDenied: roots.filter((root) => halfDenying.has(root) || unWord.test(root)),
    extended,
    persons: personsOf(tokensOf(rest), rest),
  };
}

function denies(tokens: readonly Token[], index: number, text: string): boolean {
  const { lower, end } = tokens[index]!;
  if (lower === 'no') {
    // "no. 48213" is a number, and "No," only an answer.
    return !/^(?:\.\s?[\d\uE000]|,)/u.test(text.slice(end, end + 3));
  }
  if (denying.has(lower)) return true;
  return /n['’]t$/u.test(lower) && !asked.has(tokens[index + 1]?.lower ?? '');
}

/** Adds the words that a negation denies; returns how many there are after the first. */
function reach(tokens: readonly Token[], index: number, text: string, denied: Set<string>): number {
  let at = contentAfter(tokens, index, text);
  let more = 0;
  while (at !== undefined) {
    const root = rootOf(tokens[at]!.lower);
    if (!raising.has(root)) denied.add(root);
    const or = tokens.findIndex(
      ({ lower }, next) => next > at! && next <= at! + 5 && (lower === 'or' || lower === 'nor'),
    );
    if (or < 0 || /[;:.!?]/u.test(text.slice(tokens[at]!.end, tokens[or]!.start))) break;
    more += tokens[or]!.lower === 'or' ? 1 : 0;
    at = contentAfter(tokens, or, text);
  }
  return more;
}
