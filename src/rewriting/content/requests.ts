import { mark } from '../marks.ts';
import { areRelated } from './counterparts.ts';
import { lemmaOf, tagsIn, termsOf, type Term } from './terms.ts';

/** What a sentence asks its reader to do. */
export interface Request {
  /** Dictionary form, in lower case. */
  readonly verb: string;
  /** Whether it has words of courtesy: "please", "could you". */
  readonly isPolite: boolean;
}

/** A part before the comma that a request may follow: "If it rains, close the roof." */
const leading =
  /^(?:if|when|whenever|once|after|before|until|unless|while|as|since|because|for|in|on|at|to|from|with|by|under|should|unfortunately|sadly|sorry|otherwise|finally|first|next|also|so|and|then|now|hi|hello|dear)\b[^,.;:!?]{0,200}[,:] /iu;
/** Words that a request may begin with. */
const openers =
  /^(?:(?:just|then|now|well|ok|okay|hey|also|always|simply|first|finally|next|and|so|but|instead|kindly)\b,? )+/iu;
const neutral =
  /\bplease (?:be (?:aware|advised|informed|assured|reminded)|(?:do )?(?:note|remember|keep in mind|bear in mind|find (?=attached|enclosed|below|herewith|(?:the|our|my|an?) (?:attached|enclosed))|accept))\b(?: that\b)?\s*/iu;
const adverbs = '(?:(?:please|kindly|also|then|just|not|maybe|perhaps|possibly|first|always) )*';
const polite = [
  // "Would you like tea?" offers something.
  `(?!would you (?:like|be|have|want|need|prefer|know)\\b)(?:could|would|can|will|might) (?:you|i ask you to|we ask you to) ${adverbs}(?<verb>\\p{Ll}+)`,
  `would you be (?:so kind as|able|willing|so good as|prepared) to ${adverbs}(?<verb>\\p{Ll}+)`,
  `(?:do|would) you have (?:(?:the|some|a|any) )?(?:time|moment|minute|chance) to (?<verb>\\p{Ll}+)`,
  `would you mind ${adverbs}(?<verb>\\p{Ll}+)ing`,
  `if you (?:could|would|can|might) ${adverbs}(?<verb>\\p{Ll}+)`,
  `(?:please|kindly),? (?:(?:do not|don['’]t|never) )?${adverbs}(?<verb>\\p{Ll}+)`,
].map((pattern) => new RegExp(`\\b${pattern}`, 'iu'));
/** Words that begin a sentence as commands do. */
const noCommands: ReadonlySet<string> = new Set(
  'thank thanks like hope guess welcome best no'.split(' '),
);
const denied = /^(?:do not|don['’]t|never) (?<verb>\p{Ll}+)/iu;

/** Words of a draft that ask something of its reader, whoever the sentence is about. */
const asking = new RegExp(
  [
    '\\b(?:please|pls|plz|kindly|by you|must|needs?|needed|should|shall|ought|ha(?:s|ve|d) to',
    'ha(?:s|ve) got to|(?:is|are) to (?:be|have)|(?:is|are) due|deadline|time to|supposed',
    'requir\\p{Ll}+|requisite|necess\\p{Ll}+|importan\\p{Ll}+|essential|crucial|vital|mandatory',
    'compulsory|obligat\\p{Ll}+|obliged|responsib\\p{Ll}+|forbidden|prohibited|allowed|permitted',
    'advis\\p{Ll}+|advice|recommend\\p{Ll}*|suggest\\p{Ll}*|propos\\p{Ll}+|remind\\p{Ll}*',
    'request\\p{Ll}*|ask\\p{Ll}*|demand\\p{Ll}*|instruct\\p{Ll}*|expect\\p{Ll}*|let (?:me|us)',
    'want\\p{Ll}*|wish\\p{Ll}*|wonder\\p{Ll}*|would (?:like|love)|hop(?:e|ing)|feel free',
    'appreciate\\p{Ll}*|grateful|glad|hesitate|sure|careful|better|best|worth|useful)\\b',
  ].join('|'),
  'iu',
);
/** That its reader can or may do something. */
const offering =
  /\b(?:can|may|could|might|possib\p{Ll}+|able|position|option|let|lets|allows?|enables?)\b/iu;
const reader =
  /\b(?:you|u|users?|one|everybody|everyone|anybody|anyone|whoever|who|somebody|someone|nobody|people|guys)\b/iu;

/** The request of a sentence to its reader; undefined for a statement or a question. */
export function requestOf(sentence: string): Request | undefined {
  const text = sentence.replace(mark, (all, slash: string) => (slash === '' ? all : ''));
  const plain = text
    .replace(/\[\d+\](?=\p{L})/gu, '')
    .replace(/^["“'(\s]+/u, '')
    .replace(neutral, '');
  for (const pattern of polite) {
    const verb = pattern.exec(plain)?.groups?.['verb']?.toLowerCase();
    if (verb !== undefined) return { verb, isPolite: true };
  }
  const main = plain.replace(leading, '').replace(openers, '');
  const verb = denied.exec(main)?.groups?.['verb'] ?? imperativeOf(main);
  return verb === undefined ? undefined : { verb: verb.toLowerCase(), isPolite: false };
}

/** The verb that begins a command; undefined if the words may be a statement. */
function imperativeOf(text: string): string | undefined {
  if (/\?\s*$/u.test(text)) return undefined;
  const [, first, second] = /^(\p{L}+) (\S+)/u.exec(text) ?? [];
  if (first === undefined || second === undefined || !mayCommand(first, second)) return undefined;
  const tags = tagsIn(`please ${first.toLowerCase()} the`, 1);
  // "Water the plants": no other noun stands before an article.
  const isNoun = tags.has('Singular') || tags.has('Uncountable');
  if (isNoun && /^(?:the|your|our|my|it|them|these|those|me|us)$/iu.test(second)) return first;
  if (!tags.has('Infinitive') || tags.has('Modal')) return undefined;
  const rest = termsOf(text.replace(mark, ' it ')).slice(1);
  const [next] = rest;
  if (next === undefined || /^of$/iu.test(second)) return undefined;
  const object = ['Determiner', 'Possessive', 'Value', 'Conjunction', 'Adverb', 'Condition'];
  const isObject =
    /^[[("“]/u.test(second) ||
    /^(?:it|them|him|her|us|me|yourself|all|both|each|only|no|not|up|down|out|off|on|to)$/iu.test(
      second,
    ) ||
    object.some((tag) => next.tags.has(tag));
  return isObject || !hasVerbOfStatement(rest) ? first : undefined;
}

/** Prepositions that follow no command, so that the word before them is a noun: "level between". */
const afterNoun = /^(?:of|between|per|within|without|among|during|above|below|under|beside)$/u;

/** Whether a sentence that begins with a verb is a command, and not a noun as in its draft. */
export function isCommand(terms: readonly Term[], draft: string): boolean {
  const [{ normal }, next] = [terms[0]!, terms[1]];
  if (next === undefined || next.normal === 'of') return false;
  const asNoun = new RegExp(`\\b(?:the|an?|this|its|their|your|our) ${normal}\\b`, 'iu');
  return !(afterNoun.test(next.normal) && asNoun.test(draft));
}

/** Whether two words may begin a command: "see you on Monday" does not. */
function mayCommand(first: string, second: string): boolean {
  const word = first.toLowerCase();
  if (word === 'see' || word === 'look') return !/^(?:you|forward)\b/iu.test(second);
  return !noCommands.has(word);
}

/** Whether a verb follows before another clause begins: "Support for X is planned." */
function hasVerbOfStatement(terms: readonly Term[]): boolean {
  for (const [index, { tags, normal, post }] of terms.entries()) {
    if (tags.has('Conjunction') && normal !== 'to') return false;
    if (tags.has('Condition') || tags.has('QuestionWord') || normal === 'that') return false;
    const afterTo = terms[index - 1]?.normal === 'to';
    if (tags.has('Verb') && !tags.has('Gerund') && !afterTo) return true;
    if (/[,;:]/u.test(post)) return false;
  }
  return false;
}

/** Whether a sentence of the draft asks its reader to do what a request says. */
export function asks(sentence: string, verb: string): boolean {
  const plain = sentence.replace(mark, ' ');
  const parts = sentence.split(/(?<=[,;:–—]) /u);
  if (parts.some((_, index) => requestOf(parts.slice(index).join(' ')) !== undefined)) return true;
  if (asking.test(plain) || /^\W*no\b/iu.test(plain)) return true;
  const terms = termsOf(plain);
  const at = terms.findIndex(
    (term) => term.tags.has('Verb') && areRelated(lemmaOf(term), verb.toLowerCase()),
  );
  if (at < 0) return reader.test(plain) || offering.test(plain);
  const clause = clauseBefore(terms, at).map(({ text, normal }) => (text === '' ? normal : text));
  const words = clause.join(' ');
  if (reader.test(words) || offering.test(words)) return true;
  const isNamed = clauseBefore(terms, at).some(({ tags }) => tags.has('Noun'));
  return !isNamed || terms[at]!.tags.has('Gerund') || terms[at - 1]?.normal === 'to';
}

/** Words after which a verb has the subject of the verb before: "we wait and will read". */
const joining: ReadonlySet<string> = new Set(['to', 'and', 'or']);

/** The terms of a clause before its verb. */
function clauseBefore(terms: readonly Term[], verb: number): Term[] {
  let start = verb;
  while (start > 0 && !/[,;:.!?]/u.test(terms[start - 1]!.post)) {
    const { tags, normal } = terms[start - 1]!;
    if (tags.has('Condition') || (tags.has('Conjunction') && !joining.has(normal))) break;
    start--;
  }
  return terms.slice(start, verb);
}
