import type { Exactness, Fact, Qualifier } from './fact.ts';

/** Characters after a number in which its qualifier may stand. */
export const reachOfQualifier = 50;

const anyMeaning: readonly Exactness[] = [
  ...(['exact', 'about', 'just below', 'at least', 'at most', 'more than', 'less than'] as const),
];

type Rule = readonly [meanings: readonly Exactness[], pattern: RegExp];

const low =
  'more|greater|larger|bigger|higher|older|longer|heavier|above|over|upwards?|newer|later';
const high = 'less|fewer|smaller|lower|younger|shorter|lighter|below|under|earlier';
const most = 'more|greater|larger|bigger|higher|older|longer|heavier|later';
const least = 'less|fewer|smaller|lower|younger|shorter|lighter|earlier';
/** Words before "than" that bound a number from above if denied, or from below. */
export const comparatives = `${most}|${least}`;
const denied = "(?:not|never|cannot|\\p{L}{1,8}n['’]t)";
const topic =
  '(?:talk|ask|t[oe]ll|told|kn[oe]w|hear|think|thought|sa[iy]|wr[io]t|read|complain|question|inform|details?|news|worr|car[ei]|concern|stor(?:y|ies)|books?|articles?|posts?|reports?|mails?|e-?mails?|messages?|notes?|remind|ideas?|opinions?|feedback|something|anything|everything|nothing|what|how|sure|sorry|happy|excited|confus|discuss|debat|conversation|advice|warn|sp[eo]ak|inquir|enquir|updates?)\\p{L}*';

/** A rule for what stands before a number; `an hour` may follow "another" and the like. */
function before(meanings: readonly Exactness[], phrases: string): Rule {
  const pattern = `(?<![\\p{L}\\p{N}-])(?:${phrases})(?:\\s+(?:an?|the|another|every|each|per|(?:an? |the )?(?:age|number|total|period|space|time|matter|distance|sum|amount) of(?: time of)?))?\\s*$`;
  return [meanings, new RegExp(pattern, 'iu')];
}

function after(meanings: readonly Exactness[], phrases: string): Rule {
  const counted =
    '(?:\\s(?!(?:and|or|but|to|if|in|on|of|that|which|for|by|is|are|at)\\b)\\p{L}+){0,2}?';
  return [meanings, new RegExp(`^${counted}(?:${phrases})`, 'iu')];
}

const ends = '(?=\\s*(?:[.,;:!?)]|$|(?:and|but|if|to|for|before|after)\\b))';

/** The first that matches counts. */
const rulesBefore: readonly Rule[] = [
  before(
    ['about'],
    [
      'around|approximately|approx\\.?|roughly|circa|ca\\.?|more or less|ungefähr|etwa|rund|an estimated',
      '(?:somewhere )?(?:in|on) the (?:region|order|neighbou?rhood|vicinity) of',
      '(?:something|somewhere|anything) (?:like|around|near)|some(?! of)',
    ].join('|'),
  ),
  before(['about', 'exact'], `${topic}(?: (?:me|us|you|him|her|them|it|the \\p{L}+))? about`),
  before(['about'], 'about'),
  [['about'], /[~≈]\s?$/u],
  before(['about', 'just below'], 'close to'),
  before(
    ['just below', 'less than'],
    `(?:just|slightly|a (?:bit|little)) (?:under|below|short of|(?:${least}) than)`,
  ),
  before(['just below'], 'almost|nearly|not quite|knapp'),
  before(
    ['at least'],
    [
      `at (?:the )?(?:very )?least|at a minimum|(?:no|not) (?:${least}) than|mindestens`,
      '(?:an? |the )?(?:bare )?(?:minimum(?: of)?|min\\.?)',
    ].join('|'),
  ),
  before(
    ['at most'],
    [
      `at (?:the )?(?:very )?most|(?:no|not) (?:${most}) than|höchstens|bis zu|within`,
      `${denied} (?:to )?exceed(?:s|ing)?|up to a maximum of`,
      '(?:an? |the )?(?:absolute )?(?:maximum(?: of)?|max\\.?)',
    ].join('|'),
  ),
  before(
    ['at most', 'exact'],
    'from .{1,20} up to|(?:go|goes|going|gone|went|ris|rose|rais|gr[eo]w|climb|mov|c[ao]m|walk|add)\\p{L}* up to',
  ),
  before(['at most'], 'up to'),
  before(
    ['at most', 'exact'],
    'only|just|merely|nothing more than|as (?:many|much|long|few|little) as|(?:limit|cap)(?:ed)? (?:of|to|at)|limited to',
  ),
  before(['at most'], `${denied}(?:\\s\\p{L}+){1,4} (?:${most}) than`),
  before(['at least'], `${denied}(?:\\s\\p{L}+){1,4} (?:${least}) than`),
  before(['at most', 'more than'], `(?:${denied}|nobody|no)(?:\\s\\p{L}+){1,6} (?:over|above)`),
  before(['at least', 'less than'], `(?:${denied}|nobody|no)(?:\\s\\p{L}+){1,6} (?:under|below)`),
  before(
    ['more than'],
    `(?:${most}) than|above|beyond|upwards? of|in excess of|exceed(?:s|ed|ing)?|mehr als|(?:just|slightly|well|a (?:bit|little)) over`,
  ),
  before(['less than'], `(?:${least}) than|under|below|weniger als`),
  before(['more than'], 'over'),
  [['exact'], /(?<!\p{L})(?:rather|other|different) than\s?$/iu],
  // "Faster than", and comparisons that are misspelt.
  before(['more than', 'less than'], '\\p{L}+ than'),
  [['at least'], /≥\s?$|>=\s?$/u],
  [['at most'], /≤\s?$|<=\s?$/u],
];

const rulesAfter: readonly Rule[] = [
  after(['at least'], `\\s(?:or|and) (?:${low}|up|better)(?!\\p{L})`),
  after(['at most'], `\\s(?:or|and) (?:${high})(?!\\p{L})`),
  after(
    ['about'],
    '\\s(?:or so|or thereabouts|give or take|more or less)(?!\\p{L})|[ -](?:ish|odd)\\b',
  ),
  after(['at least'], `\\s(?:at (?:the )?(?:very )?least|at a minimum|minimum)${ends}`),
  after(['at most'], `\\s(?:at (?:the )?(?:very )?most|maximum|max\\.?|tops)${ends}`),
  [['at least'], /^\+/u],
];

const onwards = /^\s(?:on|onwards?|upwards?)(?!\p{L})/iu;
const startsAt = /(?<!\p{L})(?:from|starting (?:from|at|with))\s(?:\p{L}+\s)?$/iu;
const span =
  /(?:^|\s)(over|in|inside|during)\s(?:(?:an?|the)\s(?:(?:period|space|time|matter|course)\sof\s(?:time\sof\s)?)?)?$/iu;

/** A fact with what its sentence says of it, if it is a number. */
export function withQualifier(fact: Fact, sentence: string): Fact {
  const { kind, key, start, end } = fact;
  const isTime = kind === 'time' || kind === 'date';
  if (!(isTime || kind === 'number' || kind === 'amount') || /^[#p]/u.test(key)) return fact;
  const qualifier = qualifierOf(sentence, start, end, / (?:min|month|ms)$/u.test(key));
  if (qualifier === undefined || (isTime && !isAbout(qualifier))) return fact;
  const isSure = !qualifier.meanings.includes('exact');
  return { ...fact, qualifier, ...(isSure && fact.optional === true && { optional: false }) };
}

/** A fact of which its text may still say anything. */
export function withAnyQualifier(fact: Fact): Fact {
  return { ...fact, qualifier: { meanings: anyMeaning, text: fact.text } };
}

/** Bounds of dates and times are compared by themselves; "about Tuesday" is a topic. */
function isAbout({ meanings, text }: Qualifier): boolean {
  if (/^about .*day/iu.test(text)) return false;
  return meanings.length === 1 && (meanings[0] === 'about' || meanings[0] === 'just below');
}

function qualifierOf(
  sentence: string,
  start: number,
  end: number,
  isSpan: boolean,
): Qualifier | undefined {
  const ahead = sentence.slice(Math.max(0, start - 70), start);
  const behind = sentence.slice(end, end + reachOfQualifier);
  const written = sentence.slice(start, end);
  if (/\dish$/iu.test(written)) return { meanings: ['about'], text: written };
  if (isSpan) {
    const [, word] = span.exec(ahead) ?? [];
    if (word !== undefined) {
      const meaning = /over/iu.test(word) ? 'more than' : 'at most';
      return { meanings: ['exact', meaning], text: written };
    }
  }
  for (const [meanings, pattern] of rulesBefore) {
    const found = pattern.exec(ahead);
    if (found) return { meanings, text: lowered(found[0]) + written };
  }
  for (const [meanings, pattern] of rulesAfter) {
    const found = pattern.exec(behind);
    if (found) return { meanings, text: written + found[0] };
  }
  if (!onwards.test(behind) || !startsAt.test(ahead)) return undefined;
  return { meanings: ['at least'], text: `from ${written} on` };
}

function lowered(phrase: string): string {
  return phrase.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
}
