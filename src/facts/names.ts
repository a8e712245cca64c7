import {
  isCommonWord,
  isFunctionWord,
  isKnownName,
  isPersonOrWord,
  startsWithName,
} from './lexicon.ts';
import { months, weekdays } from './calendar.ts';
import type { Claim, Scan } from './scan.ts';
import { unitOf } from './units.ts';

/** A run of letters and digits, with what joins such runs: "O'Neill", "García-López", "AT&T". */
const wordPattern =
  /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’.&-](?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}]+)*/gu;
const identifier =
  /(?<![\p{L}\p{N}_@#])(?:--?(?=\p{L})|[@#](?=\p{L}))?[\p{L}_][\p{L}\p{M}\p{N}_]*(?:[-.:](?=[\p{L}\p{N}_])[\p{L}\p{M}\p{N}_]+)*(?:\(\))?/gu;
const hash =
  /(?<![\p{L}\p{N}_-])(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}(?![\p{L}\p{N}_-])/gu;

/** Numbers of orders and parts such as "5521-A". */
const suffixed =
  /(?<![\p{L}\p{N}_.,/-])\d{1,12}-(?<suffix>\p{Lu}{1,4})\d{0,6}(?![\p{L}\p{N}_]|-\p{L})/gu;
/** Rooms and parts such as "12B", and codes such as "4G7X2". */
const mixed = /(?<![\p{L}\p{N}_.,/-])\d{1,10}\p{Lu}[\p{Lu}\d]{0,20}(?![\p{L}\p{N}_])/gu;
/** A surname with a capital inside, such as "McDonald". */
const scottish = /^(?:Mc|Mac|De|Di|La|Le|Van|Fitz)\p{Lu}\p{Ll}+$/u;

const titles = new Set('mr mrs ms miss dr prof professor herr herrn frau sir madam mme'.split(' '));

/** Capitalised words in mails and prose that name nobody. */
const notNames = new Set(
  (
    "i i'm i'll i've i'd ok okay hi hello hey dear thanks thank best kind warm regards wishes " +
    'sincerely yours cheers greetings please team all everyone everybody folks guys there sir madam ' +
    'customer customers colleague colleagues friend friends note ps asap fyi btw rsvp imo cc am pm ' +
    'yes no monsieur eta eod cob tbd tbc aka lol omg pls plz thx tia wfh ooo'
  ).split(' '),
);

/** Words between the words of one name: "Bank of America". */
const joiners = new Set(['of', 'the', 'de', 'la', 'van', 'von', 'der', 'den', 'du', '&']);

/** Words that have no capital in a title. */
const smallWords = new Set(
  'a an the of in on at to for and or by with from as vs via is not'.split(' '),
);

interface Word {
  readonly text: string;
  readonly lower: string;
  readonly start: number;
  readonly end: number;
}

/** Ids, options and identifiers of programs: "PX-200", "--force", "max_tokens", "getUser()". */
export function takeIdentifiers(scan: Scan): void {
  scan.take(hash, (match) => ({ kind: 'id', key: match }));
  scan.take(suffixed, (match, { suffix = '' }) =>
    unitOf(suffix) === undefined ? { kind: 'id', key: match.toLowerCase() } : undefined,
  );
  scan.take(identifier, (match) => {
    if (!isIdentifier(match)) return undefined;
    return { kind: scottish.test(match) ? 'name' : 'id', key: match.toLowerCase() };
  });
}

/** Ids that begin with a digit; numbers with a unit, such as "5MB", are taken before. */
export function takeMixed(scan: Scan): void {
  scan.take(mixed, (match) => ({ kind: 'id', key: match.toLowerCase() }));
}

function isIdentifier(word: string): boolean {
  if (word.length > 200 || unitOf(word) !== undefined) return false;
  if (/^(?:--|[@#])/u.test(word) || word.endsWith('()') || /\p{L}_|_\p{L}/u.test(word)) return true;
  if (/\d/u.test(word)) return !/^v\d|^\p{Ll}+-\d+$/iu.test(word) || /^\p{Lu}+-\d+$/u.test(word);
  return /\p{Ll}\p{Lu}/u.test(word);
}

/**
 * Names of people, places, products and companies: words with a capital inside a sentence, and
 * known names at its beginning. Where most words have a capital, as in a title or in German, only
 * the sure ones.
 */
export function takeNames(scan: Scan, german: boolean): void {
  const words = wordsOf(scan.rest);
  const title = isTitle(words);
  const loud = words.length > 2 && words.every(({ text }) => text === text.toUpperCase());
  const sure = words.map((word, index) => {
    if (!isCapital(word.text)) return false;
    if (/^(?:IT|US|WHO)$/u.test(word.text)) return !(loud || shouts(word));
    if (isNoName(word.lower)) return false;
    if (titles.has(words[index - 1]?.lower ?? '')) return true;
    if (isAcronym(word.text)) return !(loud || shouts(word));
    if (isKnownName(bare(word.lower)) || isKnownPair(words, index)) return true;
    if (isStart(scan.rest, word, index)) {
      return startsWithName(scan.sentence.slice(word.start), word.lower);
    }
    return !title && (!german || isInPair(words, index, scan.rest));
  });
  scan.claim(
    groupsOf(words, sure, scan.rest).map(([first, last]): Claim => {
      const [start, end] = [
        words[first]!.start,
        words[last]!.start + bare(words[last]!.text).length,
      ];
      const key = keyOf(scan.sentence.slice(start, end));
      const isId = words.slice(first, last + 1).every(isExact);
      return { start, end, reading: { kind: isId ? 'id' : 'name', key } };
    }),
  );
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(wordPattern)].map((match) => ({
    text: match[0],
    lower: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Whether all words have a capital but the small ones of a title. */
function isTitle(words: readonly Word[]): boolean {
  const [capitals, others] = [
    words.filter(({ text }) => isCapital(text)),
    words.filter(({ text }) => !isCapital(text)),
  ];
  return capitals.length > 2 && others.every(({ lower }) => smallWords.has(lower));
}

function isKnownPair(words: readonly Word[], index: number): boolean {
  const [before, word, after] = [words[index - 1], words[index]!, words[index + 1]];
  return (
    (after !== undefined && isKnownName(`${word.lower} ${after.lower}`)) ||
    (before !== undefined && isKnownName(`${before.lower} ${word.lower}`))
  );
}

/** Whether the next or the last word has a capital too, as in "Deutsche Bahn". */
function isInPair(words: readonly Word[], index: number, text: string): boolean {
  return [index - 1, index].some(
    (first) =>
      first > 0 &&
      first + 1 < words.length &&
      isCapital(words[first]!.text) &&
      isCapital(words[first + 1]!.text) &&
      isJoined(words, first, first + 1, text),
  );
}

function isCapital(text: string): boolean {
  return /^\p{Lu}/u.test(text);
}

/** Whether a word begins a sentence, a part after a colon, or a list item. */
function isStart(sentence: string, { start }: Word, index: number): boolean {
  return index === 0 || /[:\n•]\s*["'“‘(]?$/u.test(sentence.slice(Math.max(0, start - 4), start));
}

function isNoName(lower: string): boolean {
  return (
    notNames.has(lower) ||
    isFunctionWord(lower) ||
    titles.has(lower) ||
    months.has(lower) ||
    weekdays.has(lower)
  );
}

function isAcronym(text: string): boolean {
  return /^(?:\p{Lu}{2,}s?|\p{Lu}&\p{Lu}|(?:\p{Lu}\.)+\p{Lu})$/u.test(text);
}

/** Whether a word is an acronym that no other words replace: "JSON", but not "UK". */
function isExact({ text, lower }: Word): boolean {
  return isAcronym(bare(text)) && !isKnownName(bare(lower));
}

/** Whether a word in capitals is only loud: "you MUST NOT". */
function shouts({ text, lower }: Word): boolean {
  return isCommonWord(lower) && !/^(?:IT|US|WHO|UK|EU)$/u.test(text);
}

/** A word without the 's of the possessive. */
function bare(word: string): string {
  return word.replace(/['’]s$/iu, '');
}

/** Groups of adjacent words that are one name, as indexes of the first and the last word. */
function groupsOf(
  words: readonly Word[],
  sure: readonly boolean[],
  text: string,
): [number, number][] {
  const groups: [number, number][] = [];
  for (const index of sure.keys()) {
    if (sure[index] !== true) continue;
    const open = groups.at(-1);
    if (open !== undefined && isJoined(words, open[1], index, text)) open[1] = index;
    else groups.push([index, index]);
  }
  return groups;
}

function isJoined(words: readonly Word[], last: number, next: number, text: string): boolean {
  if (next - last > 3) return false;
  const gap = text.slice(words[last]!.end, words[next]!.start);
  if (/['’]s$/iu.test(words[last]!.text)) return false;
  if (next === last + 1) return /^\.?\s$/u.test(gap);
  const between = words.slice(last + 1, next).map(({ lower }) => lower);
  return /^[\s\p{L}]+$/u.test(gap) && between.every((word) => joiners.has(word));
}

/** The parts of a name in lower case, without accents: "garcia lopez". */
export function keyOf(name: string): string {
  return piecesOf(name)
    .map((piece) => piece.toLowerCase())
    .filter((piece) => !joiners.has(piece) && !titles.has(piece))
    .join(' ');
}

/** Runs of letters and digits, without accents. */
export function piecesOf(text: string): string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Whether a part of a name must be found with its capital, because in lower case it is a word. */
export function needsCapital(piece: string): boolean {
  return isPersonOrWord(piece) || /^(?:it|us|who|will|may|can|or|in|am)$/u.test(piece);
}
