import { cardinalOf, cardinalPattern, multipliers, ordinalWords } from './number-words.ts';
import { describes, isFunctionWord } from './lexicon.ts';
import type { Groups, Place, Reading, Scan } from './scan.ts';
import { isEmptyWord } from './tokens.ts';
import { unitMeant } from './misspelt.ts';
import { currencyPattern, unitOf, unitPattern } from './units.ts';

const blank = String.raw`[\s\u00A0\u202F\u2009]`;
const digits = String.raw`\d{1,3}(?:[,'’.]\d{3})+(?:[.,]\d+)?(?![\d])|\d{1,3}(?:[ \u00A0\u202F\u2009]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*`;
const amountEnd = String.raw`(?:${blank}?(?<times>k|thousand|million|m|mn|mio|bn|billion)(?!\p{L}))?`;
const ending = String.raw`(?:[\s\u00A0\u202F\u2009-]?(?<unit>${unitPattern})(?![\p{L}\p{N}]))?`;

const currencyFirst = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?<sign>[-−])?(?<currency>${currencyPattern})${blank}?(?<number>${digits})${amountEnd}(?![\p{N}])`,
  'giu',
);
const number = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?<sign>(?<![\p{N})]\s?)[-−])?(?<number>${digits})(?<ordinal>(?:st|nd|rd|th)(?!\p{L}))?(?:${blank}?(?<times>k|thousand|million|mn|mio|bn|billion)(?!\p{L}))?${ending}(?:-?ish)?(?![\p{L}\p{N}_])`,
  'giu',
);
const words = new RegExp(
  String.raw`(?<![\p{L}\p{N}-])(?<number>${cardinalPattern})(?:[\s-](?<unit>${unitPattern})(?![\p{L}\p{N}]))?`,
  'giu',
);
const listNumber = /^\s*(?:\d{1,3}[.)])(?=\s)/u;
const version =
  /(?<![\p{L}\p{N}.])(?:v(?:ersion\s)?)?(?<number>\d+(?:\.\d+){2,5}(?:-[\p{L}\p{N}.]{1,20})?|(?<=v)\d+(?:\.\d+)?)(?![\p{L}\p{N}])/giu;
const phone =
  /(?<![\p{L}\p{N}])(?:\+\d{1,3}[\s()/-]{0,2}|\(?0\d{1,5}\)?[\s/-])\d[\d\s()/-]{4,16}\d(?![\p{L}\p{N}])/gu;
const fraction =
  /(?<![\p{L}\p{N}-])(?:(?<half>half)(?!\s(?:past|an?\s))|(?<count>an?|one|two|three|four)[\s-](?<part>half|third|quarter|fifth|tenth)s?(?=\s(?:of|to|as|the|more|less)))(?![\p{L}\p{N}])/giu;
const hours = new RegExp(
  String.raw`(?<![\p{L}\p{N}-])(?:(?<half>half)\s)?an?\s(?:(?<half2>half)[\s-])?(?<unit>minute|hour|day|week|month|year)(?:\sand\sa\s(?<more>half))?(?![\p{L}\p{N}-])`,
  'giu',
);
const rate =
  /(?<![\p{L}\p{N}-])(?:(?:per|each|every)\s(?<unit>second|minute|hour|day|week|month|year)|(?<often>hourly|daily|weekly|monthly|yearly|annual(?:ly)?))(?![\p{L}\p{N}-])/giu;
const rates: Readonly<Record<string, string>> = {
  ...{ hourly: 'hour', daily: 'day', weekly: 'week', monthly: 'month' },
  ...{ yearly: 'year', annual: 'year', annually: 'year' },
};
const ordinal = new RegExp(
  String.raw`(?<=(?:^|\s)(?:the|a|an|my|our|your|their|its|his|her|this|that|every)\s)(?<word>${[...ordinalWords.keys()].join('|')})(?![\p{L}\p{N}-])(?!\s(?:part(?:y|ies)|time|thoughts?))|(?<=(?:^|\s))(?!second\s)(?<again>${[...ordinalWords.keys()].join('|')})(?=\s(?:time|attempt|try)(?!\p{L}))`,
  'giu',
);
const multiple =
  /(?<![\p{L}\p{N}-])(?:twice|(?<!at\s)once(?=\s(?:a|an|per|each|every|in)\s|\s*[.,;!?)]|\s*$)|both(?![^.;]{1,60}\sand\s)|double|(?<!(?:every|each|one)\s)single|thrice|triple)(?![\p{L}\p{N}-])/giu;
const multiples: Readonly<Record<string, number>> = {
  ...{ once: 1, single: 1, twice: 2, both: 2, double: 2, thrice: 3, triple: 3 },
};
const parts: Readonly<Record<string, number>> = {
  half: 2,
  third: 3,
  quarter: 4,
  fifth: 5,
  tenth: 10,
};

/** Numbers, amounts, measures, durations, versions and phone numbers. */
export function takeNumbers(scan: Scan, decimalComma: boolean): void {
  if (/\d/u.test(scan.rest)) takeDigits(scan, decimalComma);
  scan.take(hours, readHours);
  scan.take(rate, (_, { unit: name, often = '' }) => {
    const { key, factor } = unitOf(name ?? rates[often.toLowerCase()]!)!;
    return { kind: 'number', key: numberKey(factor, key), optional: true };
  });
  scan.take(fraction, (_, { half, count = '', part = '' }) => {
    const value = half === undefined ? (cardinalOf(count) ?? 1) / parts[part.toLowerCase()]! : 0.5;
    return { kind: 'number', key: numberKey(value * 100, '%') };
  });
  scan.take(words, (_, groups, place) => readWords(groups, place));
  scan.take(ordinal, (_, { word = '', again }, place) => {
    const value = ordinalWords.get((again ?? word).toLowerCase())!;
    if (again !== undefined) return timesReading(value);
    return value === 2 && isTime(place) ? undefined : { kind: 'number', key: `#${value}` };
  });
  scan.take(multiple, (match, _, place) => {
    const value = multiples[match.toLowerCase()]!;
    return {
      kind: 'number',
      key: numberKey(value),
      optional: !(/^t/iu.test(match) || isStrict(place)),
    };
  });
}

function takeDigits(scan: Scan, decimalComma: boolean): void {
  const [list] = listNumber.exec(scan.rest) ?? [];
  if (list !== undefined) scan.claim([{ start: 0, end: list.length }]);
  scan.take(phone, (match) => ({ kind: 'number', key: `p${match.replace(/\D/gu, '')}` }));
  scan.take(version, (_, { number: written = '' }) =>
    /^\d{1,3}(?:\.\d{3})+$/u.test(written) ? undefined : { kind: 'number', key: `n${written}` },
  );
  scan.take(currencyFirst, (_, groups) => {
    const value = valueOf(groups, decimalComma);
    return { kind: 'amount', key: numberKey(value, unitOf(groups['currency']!)!.key) };
  });
  scan.take(number, (_, groups, place) => readNumber(groups, place, decimalComma));
}

function readNumber(groups: Groups, place: Place, decimalComma: boolean): Reading {
  const value = valueOf(groups, decimalComma);
  if (groups['ordinal'] !== undefined) return { kind: 'number', key: `#${value}` };
  return measured(value, groups['unit'], place);
}

function readWords(groups: Groups, place: Place): Reading | undefined {
  const written = groups['number']!;
  const value = cardinalOf(written);
  if (value === undefined) return undefined;
  if (/^one$/iu.test(written) && groups['unit'] === undefined) return readOne(place);
  return measured(value, groups['unit'], place);
}

/** "The third time", which "three times" says too. */
function timesReading(value: number): Reading {
  return { kind: 'number', key: `#${value}`, alternatives: [numberKey(value)] };
}

/** Whether "second" is a time, as in "wait a second" and "every second". */
function isTime(place: Place): boolean {
  const [, next = ''] =
    /^\s(\p{L}{1,40})(?!\p{L})/u.exec(place.sentence.slice(place.end, place.end + 42)) ?? [];
  if (/\bevery\s$/iu.test(wordBefore(place))) return !/^(?:day|week|month|year|time)$/u.test(next);
  if (!/\ba\s$/iu.test(wordBefore(place))) return false;
  return next === '' || isFunctionWord(next.toLowerCase());
}

/** The number "one"; none where it stands for a noun, as in "a new one" and "one of them". */
function readOne(place: Place): Reading | undefined {
  const counted = /^[\s-](\p{L}{2,40})(?!['’\p{L}])/u.exec(
    place.sentence.slice(place.end, place.end + 42),
  )?.[1];
  const [before] = /\p{L}+(?=[\s-]$)/u.exec(wordBefore(place)) ?? [''];
  if (counted === undefined || isFunctionWord(counted.toLowerCase())) return undefined;
  if (describes(before.toLowerCase())) return undefined;
  return {
    kind: 'number',
    key: numberKey(1),
    counts: countedBy(place),
    optional: !isStrict(place),
  };
}

/** Whether a number is meant exactly: "only one". */
function isStrict(place: Place): boolean {
  return /(?:^|\s)(?:only|exactly|at (?:least|most)|up to)\s$/iu.test(wordBefore(place));
}

function wordBefore({ sentence, start }: Place): string {
  return sentence.slice(Math.max(0, start - 30), start);
}

function readHours(_: string, { half, half2, unit: name = '', more }: Groups): Reading {
  const { key, factor } = unitOf(name)!;
  const count = half !== undefined || half2 !== undefined ? 0.5 : more === undefined ? 1 : 1.5;
  // "a day" may be "per day" or "some day".
  return { kind: 'number', key: numberKey(count * factor, key), optional: count === 1 };
}

function measured(value: number, name: string | undefined, place: Place): Reading {
  const counts = name === undefined ? countedBy(place) : '';
  const meant = name ?? unitMeant(counts.toLowerCase());
  const unit = meant === undefined ? undefined : unitOf(meant);
  return {
    kind: unit?.currency === true ? 'amount' : 'number',
    key: numberKey(value * (unit?.factor ?? 1), unit?.key),
    ...(unit === undefined && { counts }),
  };
}

/** "4200", "10 %" or "4200 EUR", after an n. */
function numberKey(value: number, unit = ''): string {
  const rounded = Number(value.toPrecision(12));
  return unit === '' ? `n${rounded}` : `n${rounded} ${unit}`;
}

function valueOf({ sign, number: written = '', times }: Groups, decimalComma: boolean): number {
  const factor = times === undefined ? 1 : (multipliers.get(times.toLowerCase()) ?? 1);
  return (sign === undefined ? 1 : -1) * numberOf(written, decimalComma) * factor;
}

/** The value of "4,200", "4.200,50", "1 000" or "3,5"; groups of three digits are thousands. */
export function numberOf(written: string, decimalComma: boolean): number {
  const compact = written.replace(/[^\d.,]/gu, '');
  const comma = compact.lastIndexOf(',');
  const dot = compact.lastIndexOf('.');
  if (comma >= 0 && dot >= 0) {
    const point = comma > dot ? ',' : '.';
    return Number(compact.replaceAll(point === ',' ? '.' : ',', '').replace(point, '.'));
  }
  const sign = comma >= 0 ? ',' : '.';
  const pieces = compact.split(sign);
  const grouped = pieces[0]!.length <= 3 && pieces.slice(1).every(({ length }) => length === 3);
  const decimal = pieces.length === 2 && (!grouped || decimalComma === (sign === ','));
  return Number(decimal ? compact.replace(',', '.') : pieces.join(''));
}

/** The word after a number: what it counts. */
function countedBy({ sentence, end }: Place): string {
  const [, word] =
    /^[\s-]+(?:of\s(?:the|our|your|my|their|these|those)\s)?(\p{L}{2,40})(?!\p{L})/u.exec(
      sentence.slice(end, end + 60),
    ) ?? [];
  return word === undefined || isEmptyWord(word.toLowerCase()) ? '' : word;
}
