import { rootOf } from '../../facts/lexicon.ts';
import { sentencesOf } from '../../facts/sentences.ts';
import { isEmptyWord, type Token, tokensOf } from '../../facts/tokens.ts';
import { areRelated } from '../content/counterparts.ts';
import { mark } from '../marks.ts';
import { quoted, type Check } from './check.ts';

const persons: Readonly<Record<string, readonly string[]>> = {
  i: ['i', 'me', 'my', 'mine'],
  we: ['we', 'us', 'our', 'ours'],
  you: ['you', 'your', 'yours'],
};
/** Nouns for which a text may say "we" or "you" as well. */
const standsFor: Readonly<Record<string, RegExp>> = {
  i: /^(?:author|writer|undersigned|sender)s?$/u,
  we: /^(?:author|team|company|office|board|committee|department|group|staff|management|association|firm|shop|store|school|club|council|university|bank|project|paper|section|chapter|study|report|article|guide|release|version|update|patch|commit|change|service|everybody|everyone|people|somebody|someone)s?$/u,
  you: /^(?:user|customer|reader|person|people|client|guest|visitor|tenant|resident|member|participant|student|employee|applicant|passenger|patient|player|developer|anyone|anybody|everyone|everybody|somebody|someone|one|who)s?$/u,
};
const auxiliary =
  /^(?:has|have|had|will|would|shall|should|can|could|may|might|must|do|does|did|is|are|was|were|be|been|being|am|cannot|.*n't)$/u;
const being = /^(?:is|are|was|were|be|been|being|am|get|gets|got)$/u;
const adverb =
  /^(?:not|never|also|just|now|then|still|already|always|often|even|only|soon|\p{L}+ly)$/u;
const joining = /^(?:and|or|but|then|to|please|not|let|help|of|for|by|in|on|with|from|at)$/u;
/** Verbs of courtesy and of no content, which a friendly text adds. */
const light = new Set(
  (
    'have be do get hope like want need would appreciate apologise apologize regret thank love wish ' +
    'ask look know see find think believe feel let make take give offer provide recommend suggest ' +
    'advise invite expect understand realise realize mean say tell inform note use try help assure ' +
    'go come welcome require request remind encourage keep receive reach contact write'
  ).split(' '),
);
const pronounContraction = /^(i|we|you)'(?:ve|ll|d|re|m)$/u;

/** A pronoun that acts in a sentence. */
interface Act {
  readonly person: string;
  /** Infinitive of the verb. */
  readonly verb: string;
  /** From the pronoun to the verb. */
  readonly text: string;
  readonly sentence: readonly Token[];
}

/**
 * An "I", "we" or "you" that does in the answer what something else does in the draft: "we expired
 * the certificate" for "the certificate expired".
 */
export const actors: Check = ({ draft, text, content }) => {
  if (content === undefined) return undefined;
  const drafted = sentences(draft);
  for (const act of sentences(text).flatMap(actsOf)) {
    if (isDone(act, drafted)) continue;
    return {
      reason: 'meaning',
      text: `The answer adds ${quoted(act.text)}, which the draft does not say.`,
    };
  }
  return undefined;
};

interface Sentence {
  readonly text: string;
  readonly tokens: readonly Token[];
}

function sentences(text: string): Sentence[] {
  const plain = text.replace(mark, (found) => ' '.repeat(found.length));
  return sentencesOf(plain).map((sentence) => {
    return { text: sentence.text, tokens: tokensOf(sentence.text) };
  });
}

function actsOf({ text, tokens }: Sentence): Act[] {
  return tokens.flatMap(({ lower, start }, index): Act[] => {
    const [, person = lower] = pronounContraction.exec(lower) ?? [];
    if (!Object.hasOwn(persons, person)) return [];
    if (lower === 'you' && !startsClause(text, tokens, index)) return [];
    let at = index + 1;
    let passive = false;
    for (
      ;
      at < tokens.length && (auxiliary.test(tokens[at]!.lower) || adverb.test(tokens[at]!.lower));
      at++
    ) {
      passive ||= being.test(tokens[at]!.lower);
    }
    const verb = tokens[at];
    if (verb === undefined || isEmptyWord(verb.lower) || hasBreak(text, tokens, index, at))
      return [];
    if (passive && !verb.lower.endsWith('ing')) return [];
    const said = text.slice(start, verb.end).replace(/\s+/gu, ' ');
    return [{ person, verb: rootOf(verb.lower), text: said, sentence: tokens }];
  });
}

/** Whether "you" is a subject, and not the object of a word before it. */
function startsClause(text: string, tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before === undefined) return true;
  return (
    hasBreak(text, tokens, index - 1, index) ||
    /^(?:if|when|once|and|but|so|because|that|which|as|while|before|after)$/u.test(before.lower)
  );
}

function hasBreak(text: string, tokens: readonly Token[], from: number, to: number): boolean {
  return /[,;:.!?()]/u.test(text.slice(tokens[from]!.end, tokens[to]!.start));
}

/** Whether the draft may say that the person does it. */
function isDone(act: Act, draft: readonly Sentence[]): boolean {
  if (light.has(act.verb)) return true;
  const uses = draft.flatMap((sentence) =>
    sentence.tokens.flatMap(({ lower }, index) =>
      rootOf(lower) === act.verb ? [{ sentence, index }] : [],
    ),
  );
  if (uses.length > 0) return uses.some(({ sentence, index }) => mayBe(act, sentence, index));
  return !isMadeOfNoun(act, draft);
}

/** Whether a person may be who does it at a place of the draft. */
function mayBe({ person }: Act, { text, tokens }: Sentence, at: number): boolean {
  const { lower: verb } = tokens[at]!;
  let index = at - 1;
  const helpers: string[] = [];
  while (
    index >= 0 &&
    (auxiliary.test(tokens[index]!.lower) || adverb.test(tokens[index]!.lower))
  ) {
    helpers.push(tokens[index]!.lower);
    index--;
  }
  const helped = helpers.some((word) => auxiliary.test(word));
  const isPassive = helpers.some((word) => being.test(word)) && !verb.endsWith('ing');
  const subject = tokens[index];
  if (isPassive || subject === undefined || hasBreak(text, tokens, index, at)) return true;
  const { lower } = subject;
  if (Object.hasOwn(persons, lower) || pronounContraction.test(lower) || joining.test(lower)) {
    return true;
  }
  const phrase = tokens.slice(Math.max(0, index - 4), index + 1).map((token) => token.lower);
  if (phrase.some((word) => standsFor[person]!.test(word) || persons[person]!.includes(word))) {
    return true;
  }
  // Without a helping verb, a word after a noun may be a noun or a participle.
  return !helped && !/^(?:it|he|she|they)$/u.test(lower);
}

/** Whether the act is made of a noun that the answer keeps: "we renew the renewal job". */
function isMadeOfNoun({ verb, sentence }: Act, draft: readonly Sentence[]): boolean {
  const clauses = draft.flatMap(({ text }) => text.split(/[,;:()]/u).map(tokensOf));
  return clauses.some((tokens) => {
    if (tokens.some(({ lower }) => /^(?:i|we|us|our|me|my)$/u.test(lower))) return false;
    return tokens
      .filter(({ lower }) => lower.length > 4 && areRelated(rootOf(lower), verb))
      .some(({ lower }) => sentence.some((token) => token.lower === lower));
  });
}
