import { boundBefore } from './dates.ts';
import { numberWords } from './number-words.ts';
import type { Groups, Place, Reading, Scan } from './scan.ts';

const half = String.raw`(?<half>\s?(?:[ap]\.m\.|[ap]m(?![\p{L}\p{N}])))`;
const clock = new RegExp(
  String.raw`(?<![\p{L}\p{N}]|\d[.,:])(?:(?<from>\d{1,2})\s?(?:[-–—]|to|and)\s?)?(?<hour>\d{1,2})(?:(?<sign>[:.h])(?<minute>[0-5]\d)(?::[0-5]\d)?)?(?:${half}|(?<uhr>\sUhr(?!\p{L}))|(?<oclock>\so['’]clock))?(?![\p{L}\p{N}]|[:.]\d)`,
  'giu',
);
const hourWord = 'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve';
const spoken = new RegExp(
  String.raw`(?<![\p{L}\p{N}-]|from\s|between\s)(?:(?<part>half|quarter|ten|twenty|five|\d{1,2}(?=\sminutes\s))(?:\sminutes)?\s(?<side>past|to)\s(?<hour>${hourWord}|\d{1,2})|(?<full>${hourWord})\so['’]clock)(?![\p{L}\p{N}-])${half}?`,
  'giu',
);
const named = /(?<![\p{L}\p{N}-])(?:noon|midday|midnight)(?![\p{L}\p{N}-])/giu;
const partOfDay =
  /(?<!\bgood\s)(?<![\p{L}\p{N}-])(?:morning|afternoon|evening)s?(?![\p{L}\p{N}-])/giu;

/** Times of day, as on a clock, in words and as "noon" or "morning". */
export function takeTimes(scan: Scan): void {
  scan.take(spoken, readSpoken);
  if (/\d/u.test(scan.rest)) scan.take(clock, readClock);
  scan.take(named, (match, _, place) => ({
    kind: 'time',
    key: timeKey(/midnight/iu.test(match) ? 0 : 12, 0),
    ...boundBefore(place),
  }));
  scan.take(partOfDay, (match) => ({ kind: 'time', key: match.toLowerCase().replace(/s$/u, '') }));
}

function readClock(_: string, groups: Groups, place: Place): Reading[] | undefined {
  const { from, hour: written, minute, sign, half: side, uhr, oclock } = groups;
  const marked = side ?? uhr ?? oclock;
  // "14.30" without "Uhr" or "pm" is a number, and so is a lone "14".
  if (marked === undefined && (minute === undefined || sign === '.')) return undefined;
  const hour = Number(written);
  if (hour > 24) return undefined;
  const readings = [timeReading(hour, Number(minute ?? 0), side, place)];
  if (from !== undefined) readings.unshift(timeReading(Number(from), 0, side, place));
  return readings;
}

function readSpoken(_: string, groups: Groups, place: Place): Reading | undefined {
  const { part, side, hour = '', full, half: dayHalf } = groups;
  const whole = toNumber(full ?? hour);
  if (whole === undefined || whole > 12) return undefined;
  if (part === undefined) return timeReading(whole, 0, dayHalf, place);
  const minutes = { half: 30, quarter: 15 }[part.toLowerCase()] ?? toNumber(part);
  if (minutes === undefined || minutes > 30) return undefined;
  const total = whole * 60 + (side?.toLowerCase() === 'past' ? minutes : -minutes);
  return timeReading(Math.floor(total / 60), total % 60, dayHalf, place);
}

function toNumber(text: string): number | undefined {
  return /^\d+$/u.test(text) ? Number(text) : numberWords.get(text.toLowerCase());
}

function timeReading(
  hour: number,
  minute: number,
  half: string | undefined,
  place: Place,
): Reading {
  const afternoon = half === undefined ? undefined : /p/iu.test(half);
  const bound = boundBefore(place);
  if (afternoon !== undefined) {
    return { kind: 'time', key: timeKey((hour % 12) + (afternoon ? 12 : 0), minute), ...bound };
  }
  // "2:30" may be 14:30, but "14:30" and "0:30" are sure.
  const unsure = hour >= 1 && hour <= 12;
  const alternatives = unsure ? [timeKey((hour % 12) + (hour === 12 ? 0 : 12), minute)] : [];
  return { kind: 'time', key: timeKey(hour % 24, minute), alternatives, ...bound };
}

function timeKey(hour: number, minute: number): string {
  return `t${hour}:${String(minute).padStart(2, '0')}`;
}
