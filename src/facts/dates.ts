import type { Fact } from './fact.ts';
import { monthMeant } from './misspelt.ts';
import { foreignMonths, months, weekdays } from './calendar.ts';
import type { Groups, Place, Reading, Scan } from './scan.ts';

const word = String.raw`[\p{L}]{3,12}`;
const year = String.raw`(?:,?\s{1,2}(?<year>(?:19|20)\d\d)(?![\p{L}\p{N}]|[.,]\d))?`;
const notAfter = String.raw`(?<![\p{L}\p{N}]|\d[.,:/-])`;
const notBefore = String.raw`(?![\p{L}\p{N}])`;
const day = (name: string) => String.raw`(?<${name}>\d{1,2})(?:st|nd|rd|th|\.)?`;
const rangeSign = String.raw`\s?(?:[-–—]|to|and|until|through|bis|und|&)\s?`;

const isoDate =
  /(?<![\p{L}\p{N}-])(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?![\p{L}\p{N}]|-\d)/gu;
const numericDate =
  /(?<![\p{L}\p{N}./-])(?<first>\d{1,2})(?<sign>[./])(?<second>\d{1,2})\k<sign>(?:(?<year>(?:19|20)?\d\d)(?![\p{L}\p{N}/]|[.]\d)|(?!\d))/gu;
const dayMonth = new RegExp(
  String.raw`${notAfter}(?:${day('from')}${rangeSign}(?:the\s)?)?${day('day')}(?:\sof)?\s(?<month>${word})\.?${year}${notBefore}`,
  'gu',
);
const monthDay = new RegExp(
  String.raw`${notAfter}(?<month>\p{Lu}\p{L}{2,11})\.?\s(?:the\s)?${day('day')}(?:${rangeSign}${day('to')}(?![\p{L}\p{N}:.]))?${year}(?![\p{L}\p{N}:]|[.,]\d)`,
  'gu',
);
const monthAlone = new RegExp(
  String.raw`${notAfter}(?<month>\p{L}{3,9})\.?(?:\sof)?${year}${notBefore}`,
  'gu',
);
const weekday =
  /(?<![\p{L}\p{N}])(?:(?<when>next|last|this)\s)?(?<name>\p{L}{3,10}?)(?<every>s)?(?![\p{L}\p{N}])/gu;
const relative =
  /(?<![\p{L}\p{N}-])(?:day\s(?:after|before)\s)?(?:today|tomorrow|yesterday|tonight|heute|morgen|gestern)(?![\p{L}\p{N}-])/giu;
const period =
  /(?<![\p{L}\p{N}])(?<when>next|last|previous|coming|this)\s(?<what>week|weekend|month|quarter|year|spring|summer|autumn|fall|winter)(?![\p{L}\p{N}-])/giu;
const quarter =
  /(?<![\p{L}\p{N}])(?:Q(?<digit>[1-4])|(?<ordinal>first|second|third|fourth)\squarter)(?![\p{L}\p{N}])/gu;

/** Dates, weekdays, months with a year, days such as "tomorrow", periods such as "next week". */
export function takeDates(scan: Scan): void {
  if (/\d/u.test(scan.rest)) takeNumericDates(scan);
  scan.take(dayMonth, (match, groups, place) =>
    onDay(match, groups, monthOf(groups['month'], true), place),
  );
  scan.take(monthDay, (match, groups, place) =>
    onDay(match, groups, monthOf(groups['month'], false), place),
  );
  scan.take(monthAlone, readMonth);
  scan.take(weekday, readWeekday);
  scan.take(relative, (match, _, place) => ({
    kind: 'date',
    key: match.toLowerCase().replace(/\s+/gu, ' '),
    // "Today's meeting" is the meeting for whoever reads it today.
    ...(/^(?:today|heute)$/iu.test(match) && { optional: true }),
    ...boundBefore(place),
  }));
  scan.take(period, (match, { when = '', what = '' }) => ({
    kind: 'date',
    key: `${sameWhen(when)} ${what.toLowerCase()}`,
    ...(/^this$/iu.test(when) && { optional: true }),
    part: [0, match.length],
  }));
  scan.take(quarter, (_, { digit, ordinal }) => ({
    kind: 'date',
    key: `q${digit ?? ['first', 'second', 'third', 'fourth'].indexOf(ordinal!) + 1}`,
  }));
}

function takeNumericDates(scan: Scan): void {
  scan.take(isoDate, (_, groups, place) => {
    const [month, date] = [Number(groups['month']), Number(groups['day'])];
    if (month < 1 || month > 12 || date < 1 || date > 31) return undefined;
    return [
      { kind: 'date', key: dateKey(month, date), ...boundBefore(place) },
      { ...yearReading(groups['year']!, [0, 4]), optional: true },
    ];
  });
  scan.take(numericDate, (_, groups, place) => {
    const [first, second] = [Number(groups['first']), Number(groups['second'])];
    if (groups['year'] === undefined && groups['sign'] !== '.') return undefined;
    // With slashes the month may come first.
    const orders = [[second, first], ...(groups['sign'] === '/' ? [[first, second]] : [])];
    const [key, ...alternatives] = orders
      .filter(([month, date]) => month! >= 1 && month! <= 12 && date! >= 1 && date! <= 31)
      .map(([month, date]) => dateKey(month!, date!));
    if (key === undefined) return undefined;
    const date: Reading = { kind: 'date', key, alternatives, ...boundBefore(place) };
    return groups['year'] === undefined
      ? date
      : [date, { ...yearReading(fullYear(groups['year']), [0, Infinity]), optional: true }];
  });
}

function fullYear(written: string): string {
  return written.length === 4 ? written : `20${written}`;
}

function onDay(
  match: string,
  groups: Groups,
  month: number | undefined,
  place: Place,
): Reading[] | undefined {
  const days = [groups['from'], groups['day'], groups['to']].flatMap((text) =>
    text === undefined ? [] : Number(text),
  );
  if (month === undefined || days.some((date) => date < 1 || date > 31)) return undefined;
  const length = groups['year'] === undefined ? match.length : match.lastIndexOf(groups['year']);
  const part: [number, number] = [0, match.slice(0, length).replace(/[\s,.]+$/u, '').length];
  return [
    ...days.map((date) => ({
      kind: 'date' as const,
      key: dateKey(month, date),
      part,
      ...boundBefore(place),
    })),
    ...yearOf(match, groups),
  ];
}

function readMonth(match: string, groups: Groups, place: Place): Reading[] | undefined {
  const name = groups['month']!;
  const month = months.get(name.toLowerCase());
  if (month === undefined) return undefined;
  const years = yearOf(match, groups);
  // "May", "March" and the short forms are months only where a month is meant.
  const sure = name.length > 3 && !/^march$/iu.test(name);
  if (!/^\p{Lu}/u.test(name) && name.length < 4) return undefined;
  if (
    !sure &&
    years.length === 0 &&
    !/(?:^|\s)(?:in|of|by|until|till|since|from|to|for|before|after|during|through|this|next|last|late|early|mid)[\s-]$/iu.test(
      before(place),
    )
  ) {
    return undefined;
  }
  const part: [number, number] = [0, name.length];
  return [{ kind: 'date', key: `m${month}`, part, ...boundBefore(place) }, ...years];
}

function yearOf(match: string, { year: written }: Groups): Reading[] {
  if (written === undefined) return [];
  const start = match.lastIndexOf(written);
  return [yearReading(written, [start, start + 4])];
}

/** A year has the key of the number, because "the 2026 budget" may be the budget of 2026. */
function yearReading(written: string, part: readonly [number, number]): Reading {
  return { kind: 'date', key: `n${Number(written)}`, part };
}

/** A day of the year, which says more than the weekday before it. */
const dayOfYear =
  /^,?\s(?:the\s)?(?:\d{1,2}(?:st|nd|rd|th)?(?:\sof)?\s\p{Lu}\p{L}{2,11}|\p{Lu}\p{L}{2,11}\s\d{1,2}(?![\d:.]\d))/u;

function readWeekday(match: string, groups: Groups, place: Place): Reading[] | undefined {
  const { name = '', when } = groups;
  // "dies" and "lunes" end in s themselves.
  const full = groups['every'] === undefined ? name : `${name}s`;
  const day = weekdays.get(full.toLowerCase()) ?? weekdays.get(name.toLowerCase());
  // "monday" is a slip, but "sat", "wed" and "dies" are words.
  if (day === undefined || !(/^\p{Lu}/u.test(name) || /day$/u.test(name))) return undefined;
  const part: [number, number] = [match.length - full.length, match.length];
  const isDated = dayOfYear.test(place.sentence.slice(place.end, place.end + 40));
  const date: Reading = {
    ...{ kind: 'date', key: `w${day}`, part, ...boundBefore(place) },
    ...(isDated && { optional: true }),
  };
  if (when === undefined) return [date];
  return [date, { kind: 'date', key: `${sameWhen(when)} weekday`, optional: true }];
}

function monthOf(name = '', foreign: boolean): number | undefined {
  const lower = name.toLowerCase();
  if ((/^\p{Lu}/u.test(name) || name.length > 3) && months.has(lower)) return months.get(lower);
  return foreign ? (foreignMonths.get(lower) ?? months.get(monthMeant(lower) ?? '')) : undefined;
}

function dateKey(month: number, date: number): string {
  return `d${month}-${date}`;
}

function sameWhen(when: string): string {
  const lower = when.toLowerCase();
  return { previous: 'last', coming: 'next' }[lower] ?? lower;
}

function before({ sentence, start }: Place): string {
  return sentence.slice(Math.max(0, start - 30), start);
}

const latest =
  /(?:^|\s)(?:before|by|until|till|to|not? later than|bis|vor)\s+(?:the\s)?(?:\p{L}+day,?\s)?$/iu;
const earliest =
  /(?:^|\s)(?:after|since|from|starting|as of|no earlier than|nach|seit|ab)\s+(?:the\s)?(?:\p{L}+day,?\s)?$/iu;

/** Whether the date is the latest ("by Friday") or the earliest ("after Friday"). */
export function boundBefore(place: Place): Pick<Fact, 'bound'> {
  const text = before(place);
  if (latest.test(text)) return { bound: 'high' };
  return earliest.test(text) ? { bound: 'low' } : {};
}
