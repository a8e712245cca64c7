import { bound } from './arguments.ts';
import {
  isList,
  TemplateError,
  toIndex,
  toText,
  Tuple,
  typeName,
  type Arguments,
  type Value,
  within,
} from './values.ts';

type Method = (text: string, given: Arguments) => Value;

/** Python's white space, which differs from JavaScript's. */
const blank =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const lineEnds = '\\r\\n|[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]';

/** The methods of Python's str that templates use, but `format`. */
export const stringMethods: Readonly<Record<string, Method>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  casefold: (text) => text.toLowerCase().replaceAll('ß', 'ss'),
  title,
  capitalize: (text) => capitalized(text),
  swapcase: (text) =>
    Array.from(text, (each) => (isUpper(each) ? each.toLowerCase() : each.toUpperCase())).join(''),
  strip: (text, given) => stripped(text, given, true, true),
  lstrip: (text, given) => stripped(text, given, true, false),
  rstrip: (text, given) => stripped(text, given, false, true),
  split: (text, given) => split(text, given, false),
  rsplit: (text, given) => split(text, given, true),
  splitlines: (text, given) => splitLines(text, bound('splitlines', given, ['keepends']).keepends),
  partition: (text, given) => partition(text, given, false),
  rpartition: (text, given) => partition(text, given, true),
  replace: (text, given) => {
    const { old, new: other, count } = bound('replace', given, ['old', 'new', 'count'], 1);
    return replaced(text, toText(old, 'old'), toText(other, 'new'), count);
  },
  join: (text, given) => {
    const { iterable } = bound('join', given, ['iterable'], 0);
    const parts = typeof iterable === 'string' ? Array.from(iterable) : iterable;
    if (!isList(parts)) throw new TemplateError('can only join an iterable');
    return parts.map((part) => toText(part, 'a part to join')).join(text);
  },
  startswith: (text, given) =>
    affixed(text, given, 'startswith', (part, of) => of.startsWith(part)),
  endswith: (text, given) => affixed(text, given, 'endswith', (part, of) => of.endsWith(part)),
  removeprefix: (text, given) => {
    const { prefix } = bound('removeprefix', given, ['prefix'], 0);
    const part = toText(prefix, 'prefix');
    return text.startsWith(part) ? text.slice(part.length) : text;
  },
  removesuffix: (text, given) => {
    const { suffix } = bound('removesuffix', given, ['suffix'], 0);
    const part = toText(suffix, 'suffix');
    return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text;
  },
  find: (text, given) => place(text, given, 'find', false),
  rfind: (text, given) => place(text, given, 'rfind', true),
  index: (text, given) => found(place(text, given, 'index', false)),
  rindex: (text, given) => found(place(text, given, 'rindex', true)),
  count: (text, given) => {
    const { within, part } = searched(text, given, 'count');
    return BigInt(part === '' ? Array.from(within).length + 1 : within.split(part).length - 1);
  },
  center: (text, given) => aligned(text, given, 'center'),
  ljust: (text, given) => aligned(text, given, 'ljust'),
  rjust: (text, given) => aligned(text, given, 'rjust'),
  zfill: (text, given) => {
    const { width } = bound('zfill', given, ['width'], 0);
    const sign = /^[-+]/u.exec(text)?.[0] ?? '';
    const missing = checkedWidth(width) - Array.from(text).length;
    return sign + '0'.repeat(Math.max(0, missing)) + text.slice(sign.length);
  },
  expandtabs: (text) => text.replaceAll('\t', ' '.repeat(8)),
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isascii: (text) => /^\p{ASCII}*$/u.test(text),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isdigit: (text) => /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2089]+$/u.test(text),
  isnumeric: (text) => /^\p{N}+$/u.test(text),
  isspace: (text) => new RegExp(`^${blank}+$`, 'u').test(text),
  islower: (text) => text === text.toLowerCase() && text !== text.toUpperCase(),
  isupper: (text) => isUpper(text),
  istitle: (text) => /\p{L}/u.test(text) && text === title(text),
};

/** Python's `str.replace`. */
export function replaced(text: string, old: string, other: string, count: Value): string {
  const limit = count === undefined || count === null ? -1 : toIndex(count);
  if (limit < 0) {
    const places = old === '' ? text.length + 1 : text.split(old).length - 1;
    const length = text.length + places * (other.length - old.length);
    return within(length, () => text.replaceAll(old, () => other));
  }
  let rest = text;
  let done = '';
  for (let index = 0; index < limit; index++) {
    const at = rest.indexOf(old);
    if (at < 0) break;
    const step = old === '' ? (Array.from(rest)[0] ?? '').length : 0;
    done += rest.slice(0, at) + other + rest.slice(at, at + step);
    rest = rest.slice(at + (step === 0 ? old.length : step));
    if (old === '' && rest === '') break;
  }
  return done + rest;
}

/** Python's `str.strip`, of white space or of the characters in `characters`. */
export function stripText(text: string, characters: Value, left = true, right = true): string {
  const set =
    characters === undefined || characters === null
      ? blank
      : `[${toText(characters, 'chars').replace(/[\\\]^-]/gu, '\\$&')}]`;
  if (set === '[]') return text;
  const begun = left ? text.replace(new RegExp(`^${set}+`, 'u'), '') : text;
  return right ? withoutEnd(begun, new RegExp(set, 'u')) : begun;
}

/** Character by character, because a regular expression would start at each blank. */
function withoutEnd(text: string, set: RegExp): string {
  const points = Array.from(text);
  let length = points.length;
  while (length > 0 && set.test(points[length - 1]!)) length--;
  return length === points.length ? text : points.slice(0, length).join('');
}

export function splitLines(text: string, keepEnds: Value = false): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { 0: end, index } of text.matchAll(new RegExp(lineEnds, 'gu'))) {
    lines.push(text.slice(from, keepEnds === true ? index + end.length : index));
    from = index + end.length;
  }
  return from < text.length ? [...lines, text.slice(from)] : lines;
}

/** The first letter in upper case, the others in lower case. */
export function capitalized(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

/** Each run of letters capitalized. */
function title(text: string): string {
  return text.replace(/\p{L}+/gu, capitalized);
}

function stripped(text: string, given: Arguments, left: boolean, right: boolean): string {
  return stripText(text, bound('strip', given, ['chars']).chars, left, right);
}

function split(text: string, given: Arguments, fromEnd: boolean): Value {
  const { sep, maxsplit } = bound('split', given, ['sep', 'maxsplit']);
  const limit = maxsplit === undefined ? -1 : toIndex(maxsplit);
  if (sep === undefined || sep === null) return splitBlanks(text, limit, fromEnd);
  const separator = toText(sep, 'sep');
  if (separator === '') throw new TemplateError('empty separator');
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  if (!fromEnd) return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
  const cut = parts.length - limit;
  return [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
}

/** Split at runs of blanks; the part that is not split keeps the blanks at its own end. */
function splitBlanks(text: string, limit: number, fromEnd: boolean): string[] {
  const trimmed = stripText(text, null);
  if (trimmed === '') return [];
  const gaps = [...trimmed.matchAll(new RegExp(`${blank}+`, 'gu'))];
  const whole = limit < 0 || gaps.length <= limit;
  const used = whole ? gaps : fromEnd ? gaps.slice(gaps.length - limit) : gaps.slice(0, limit);
  const source = whole ? trimmed : stripText(text, null, !fromEnd, fromEnd);
  const offset = fromEnd ? source.length - trimmed.length : 0;
  const ends = used.map(({ index }) => offset + index);
  const starts = used.map(({ 0: gap, index }) => offset + index + gap.length);
  return [0, ...starts].map((start, index) => source.slice(start, ends[index]));
}

function partition(text: string, given: Arguments, fromEnd: boolean): Value {
  const { sep } = bound('partition', given, ['sep'], 0);
  const separator = toText(sep, 'sep');
  if (separator === '') throw new TemplateError('empty separator');
  const at = fromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
  if (at < 0) return fromEnd ? Tuple.of('', '', text) : Tuple.of(text, '', '');
  return Tuple.of(text.slice(0, at), separator, text.slice(at + separator.length));
}

function affixed(
  text: string,
  given: Arguments,
  name: string,
  fits: (part: string, text: string) => boolean,
): boolean {
  const { affix, start, end } = bound(name, given, ['affix', 'start', 'end'], 2);
  const within = sliced(text, start, end);
  const parts = affix instanceof Tuple ? [...affix] : [affix];
  return parts.some((part) => fits(toText(part, `${name} first arg`), within));
}

interface Search {
  readonly within: string;
  readonly part: string;
  /** Code points before `within`. */
  readonly from: number;
}

function searched(text: string, given: Arguments, name: string): Search {
  const { sub, start, end } = bound(name, given, ['sub', 'start', 'end'], 2);
  const length = Array.from(text).length;
  const from = start === undefined || start === null ? 0 : clamped(toIndex(start), length);
  return { within: sliced(text, start, end), part: toText(sub, 'sub'), from };
}

function place(text: string, given: Arguments, name: string, last: boolean): bigint {
  const { within, part, from } = searched(text, given, name);
  const at = last ? within.lastIndexOf(part) : within.indexOf(part);
  return at < 0 ? -1n : BigInt(from + Array.from(within.slice(0, at)).length);
}

function found(at: bigint): bigint {
  if (at >= 0n) return at;
  throw new TemplateError('substring not found');
}

function sliced(text: string, start: Value, end: Value): string {
  const points = Array.from(text);
  const at = (value: Value, otherwise: number): number =>
    value === undefined || value === null ? otherwise : clamped(toIndex(value), points.length);
  return points.slice(at(start, 0), at(end, points.length)).join('');
}

function clamped(index: number, length: number): number {
  return Math.max(0, Math.min(length, index < 0 ? index + length : index));
}

function aligned(text: string, given: Arguments, kind: 'center' | 'ljust' | 'rjust'): string {
  const { width, fillchar = ' ' } = bound(kind, given, ['width', 'fillchar'], 1);
  const fill = toText(fillchar, 'fillchar');
  const wanted = checkedWidth(width);
  const missing = Math.max(0, wanted - Array.from(text).length);
  if (kind === 'ljust') return text + fill.repeat(missing);
  if (kind === 'rjust') return fill.repeat(missing) + text;
  // Python puts the odd blank to the left where the width is odd.
  const left = Math.floor(missing / 2) + (missing & wanted & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** Wide enough for any layout, and too narrow to fill the memory. */
function checkedWidth(width: Value): number {
  const wanted = toIndex(width);
  if (wanted <= 10_000) return wanted;
  throw new TemplateError(`a width of ${wanted} (${typeName(width)}) is more than 10000`);
}

function isUpper(text: string): boolean {
  return text === text.toUpperCase() && text !== text.toLowerCase();
}
