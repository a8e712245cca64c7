import { tagsIn } from '../content/terms.ts';
import { withoutPairs } from '../marks.ts';
import { quoted, type Check } from './check.ts';

/** Spelled with a vowel, spoken with a consonant: "a user", "a one-off". */
const spokenConsonant =
  /^(?:uni[tqocvfxsl]|us(?!h)|ut(?:[ei](?!r)|op)|eu|ewe|one(?!r)|once|ubi|ur[aei]|uk|u-|u(?:i|id|uid|tc|ri|rl|dp|tf)s?(?!\p{L}))/iu;
/** Spelled with a consonant, spoken with a vowel: "an hour", "an npm package". */
const spokenVowel =
  /^(?:hour|honest|hono|heir|herb|hist|hotel|habit|hors|html|http|nginx|[fhlmnrsx]-|[^aeiouy]+$)/iu;
/** Words before which "a" is a name: "options a and b". */
const afterName = /^(?:and|or|is|are|in|as|at|if|on|of|equals|into|onto|each|also|again|am)$/iu;
const article =
  /(?<![\p{L}\p{N}.’'-])(an?|(?<=(?:^|[.!?:] )["“]?)An?) ["“]?(\p{L}[\p{L}’'-]*\p{L})/gu;

const subject = '(?:it|he|she|this|that|(?:the|an?|this|that|your|our|my|its|each) \\p{Ll}+)';
/** "does not works", and "how does the filter works?". */
const afterDo = new RegExp(
  `\\b(?:(?:do|does|did)(?:n['’]t| not)|(?:does|did) ${subject}) (?:\\p{Ll}+ly )?(\\p{Ll}+s)\\b`,
  'giu',
);
const toAfterModal =
  /\b(?:does|did|can|could|will|would|must|should|may|might|do)(?:n['’]t| not|not) to\b/giu;
const somebody = '(?:every|some|any|no)(?:body|one|thing)';
const clauseStart =
  '(?:^|[.!?,;:] |\\b(?:and|but|that|because|if|when|so|where|since|while|almost|nearly) )';
/** One person or thing that "have": "everybody have", "each of the files have". */
const oneWithHave = [
  `${clauseStart}((?:${somebody}|(?:each|every) \\p{Ll}+) have)\\b`,
  `\\b(${somebody} (?:that|who|whom) (?:i|we|you|they|he|she) [^.,;:!?]{1,60}?` +
    '(?<!\\b(?:i|we|you|they|he|she|to|not|and|or|who|that|\\p{Ll}+s)) have ' +
    '(?:not )?\\p{Ll}+(?:ed|en|ne|ld|t|id))\\b',
  '\\b((?:each|every one|either|neither) of (?:the|these|those|them|us|our|your|its|my)' +
    '(?: \\p{Ll}+){0,2} have)\\b',
].map((pattern) => new RegExp(pattern, 'giu'));
const personWithHas = /(?<!\b(?:and|or|than|like|as|of) )\b(?:i|we|you|they) has\b/giu;
const doubled =
  /(?<![\p{L}\p{N}.'’-])(?:(to|of|and|or|for|with|from|our|your|my|its|we|they|he|she|be) \1|(?:the|an?) (?:the|an?))(?![\p{L}\p{N}'’.-])/giu;

/** A sentence that begins in lower case, not after an abbreviation: "is written. passwords." */
const lowerStart =
  /(?<=\p{Ll}{3})(?<!\b(?:etc|incl|excl|approx|resp|dept|inc|fig|min|max|est|ext|tel|vol|cont))[.!?] \p{Ll}+(?![.’'-]?[\p{L}\p{N}])/gu;

/** An error of grammar that the draft does not have. */
export const grammar: Check = ({ draft, text, language }) => {
  if (language !== undefined && language !== 'en') return undefined;
  const [own, written] = [withoutPairs(draft), withoutPairs(text)];
  const known = own.toLowerCase();
  // Who writes sentences in lower case may go on to.
  const starts = own.match(lowerStart) ? [] : (written.match(lowerStart) ?? []);
  const found =
    errorsOf(written).find((error) => !known.includes(error.toLowerCase())) ?? starts[0];
  if (found === undefined) return undefined;
  return { reason: 'grammar', text: `The answer has an error of grammar: ${quoted(found)}.` };
};

function errorsOf(text: string): string[] {
  return [
    ...[...text.matchAll(article)].filter(([, word, next]) => !fits(word!, next!)).map(first),
    ...[...text.matchAll(afterDo)].filter(([, verb]) => isThirdPerson(verb!)).map(first),
    ...[toAfterModal, personWithHas, doubled].flatMap((pattern) => text.match(pattern) ?? []),
    ...oneWithHave.flatMap((pattern) => [...text.matchAll(pattern)].map(([, phrase]) => phrase!)),
  ];
}

function first([all]: RegExpExecArray): string {
  return all;
}

/** Whether an article fits the sound of the next word. */
function fits(word: string, next: string): boolean {
  // An abbreviation is spelled out or spoken as a word.
  if (/\p{Lu}.*\p{Lu}/u.test(next) || afterName.test(next)) return true;
  const isVowel = /^[aeiou]/iu.test(next) ? !spokenConsonant.test(next) : spokenVowel.test(next);
  const either = /^(?:h(?:erb|ist|otel|abit|ors)|[^aeiouy]+$)/iu.test(next);
  return either || isVowel === /n$/iu.test(word);
}

/** Whether a word is a verb with the ending of "it works", unlike that of "it can pass". */
function isThirdPerson(word: string): boolean {
  if (word.endsWith('ss')) return false;
  const tags = tagsIn(`it ${word}`, 1);
  return tags.has('PresentTense') && !tags.has('Infinitive');
}
