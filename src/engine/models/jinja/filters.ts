import { bound, positionally } from './arguments.ts';
import { percentFormat } from './format.ts';
import { contains, operate } from './operators.ts';
import { str, toJson } from './printing.ts';
import { sequenceFilters } from './sequence-filters.ts';
import { capitalized, replaced, splitLines, stringMethods, stripText } from './string-methods.ts';
import {
  equal,
  isDict,
  isInteger,
  isList,
  isNumber,
  isTrue,
  items,
  TemplateError,
  toIndex,
  Tuple,
  typeName,
  type Arguments,
  type Value,
} from './values.ts';

export type Filter = (value: Value, given: Arguments) => Value;
export type Test = (value: Value, given: Arguments) => boolean;

/** Jinja's filters that templates use, by name; `tojson` is transformers' own. */
export const filters: Readonly<Record<string, Filter>> = {
  ...sequenceFilters,
  abs: (value) => {
    if (!isNumber(value))
      throw new TemplateError(`bad operand type for abs(): '${typeName(value)}'`);
    return typeof value === 'number'
      ? Math.abs(value)
      : Number(value) < 0
        ? -BigInt(value)
        : BigInt(value);
  },
  capitalize: (value) => capitalized(str(value)),
  center: (value, given) => {
    const { width = 80n } = bound('center', given, ['width']);
    return stringMethods['center']!(str(value), positionally(width));
  },
  default: defaultValue,
  d: defaultValue,
  e: escapeMarkup,
  escape: escapeMarkup,
  forceescape: escapeMarkup,
  float: (value, given) => {
    const { default: otherwise = 0 } = bound('float', given, ['default']);
    return isNumber(value) ? Number(value) : (parsedFloat(value) ?? otherwise);
  },
  format: (value, { positional, named }) =>
    percentFormat(str(value), named.size > 0 ? new Map(named) : Tuple.from(positional)),
  indent: (value, given) => {
    const {
      width = 4n,
      first = false,
      blank = false,
    } = bound('indent', given, ['width', 'first', 'blank']);
    const by = typeof width === 'string' ? width : ' '.repeat(Math.min(toIndex(width), 10_000));
    // As Jinja, which adds a line break so that a last one is kept.
    const [head = '', ...rest] = splitLines(`${str(value)}\n`);
    const lines = rest.map((line) => (line !== '' || isTrue(blank) ? by + line : line));
    return [isTrue(first) ? by + head : head, ...lines].join('\n');
  },
  int: (value, given) => {
    const { default: otherwise = 0n, base = 10n } = bound('int', given, ['default', 'base']);
    if (isInteger(value)) return BigInt(value);
    return integerOf(value, toIndex(base)) ?? otherwise;
  },
  items: (value) => (isDict(value) ? [...value].map((pair) => Tuple.from(pair)) : items(value)),
  lower: (value) => str(value).toLowerCase(),
  replace: (value, given) => {
    const { old, new: other, count } = bound('replace', given, ['old', 'new', 'count'], 1);
    return replaced(str(value), str(old), str(other), count);
  },
  round: roundNumber,
  safe: (value) => value,
  string: str,
  title: (value) =>
    str(value)
      .split(/([-\s({[<]+)/u)
      .map(capitalized)
      .join(''),
  tojson: (value, given) => {
    const names = ['ensure_ascii', 'indent', 'separators', 'sort_keys'] as const;
    const {
      ensure_ascii: ascii,
      indent,
      separators,
      sort_keys: sorted,
    } = bound('tojson', given, names);
    const by = typeof indent === 'string' ? indent : indentOf(indent);
    const [item, key] = isList(separators) ? separators.map(str) : [];
    return toJson(value, {
      ascii: isTrue(ascii),
      indent: by,
      separators: [item ?? (by === undefined ? ', ' : ','), key ?? ': '],
      sorted: isTrue(sorted),
    });
  },
  trim: (value, given) => stripText(str(value), bound('trim', given, ['chars']).chars),
  truncate: (value, given) => {
    const names = ['length', 'killwords', 'end', 'leeway'] as const;
    const { length = 255n, killwords, end = '...', leeway = 5n } = bound('truncate', given, names);
    const text = Array.from(str(value));
    const mark = str(end);
    if (text.length <= toIndex(length) + toIndex(leeway)) return text.join('');
    const kept = text.slice(0, Math.max(0, toIndex(length) - mark.length)).join('');
    const cut = kept.lastIndexOf(' ');
    return (isTrue(killwords) || cut < 0 ? kept : kept.slice(0, cut)) + mark;
  },
  upper: (value) => str(value).toUpperCase(),
  urlencode: (value) =>
    encodeURIComponent(str(value))
      .replace(/[!'()*]/gu, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%2F', '/'),
  wordcount: (value) => BigInt(str(value).match(/[\p{L}\p{N}\p{Pc}]+/gu)?.length ?? 0),
};

const isText = (value: Value): value is string => typeof value === 'string';
const argument = ({ positional }: Arguments): Value => positional[0];
const compared =
  (operator: string): Test =>
  (value, given) =>
    isTrue(operate(operator, value, argument(given)));

/** Jinja's tests by name. */
export const tests: Readonly<Record<string, Test>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  boolean: (value) => typeof value === 'boolean',
  true: (value) => value === true,
  false: (value) => value === false,
  integer: (value) => typeof value === 'bigint',
  float: (value) => typeof value === 'number',
  number: (value) => isNumber(value),
  string: isText,
  mapping: (value) => isDict(value),
  sequence: (value) => value === undefined || isText(value) || isList(value) || isDict(value),
  iterable: (value) => value === undefined || isText(value) || isList(value) || isDict(value),
  callable: (value) => typeof value === 'function',
  escaped: () => false,
  lower: (value) => isTrue(stringMethods['islower']!(str(value), positionally())),
  upper: (value) => isTrue(stringMethods['isupper']!(str(value), positionally())),
  odd: (value) => isTrue(equal(operate('%', value, 2n), 1n)),
  even: (value) => isTrue(equal(operate('%', value, 2n), 0n)),
  divisibleby: (value, given) => equal(operate('%', value, argument(given)), 0n),
  sameas: (value, given) => value === argument(given),
  in: (value, given) => contains(argument(given), value),
  filter: (value) => isText(value) && Object.hasOwn(filters, value),
  test: (value) => isText(value) && Object.hasOwn(tests, value),
  ...Object.fromEntries(
    [
      ['==', 'eq', 'equalto'],
      ['!=', 'ne'],
      ['<', 'lt', 'lessthan'],
      ['<=', 'le'],
      ['>', 'gt', 'greaterthan'],
      ['>=', 'ge'],
    ].flatMap(([operator, ...names]) =>
      [operator!, ...names].map((name) => [name, compared(operator!)]),
    ),
  ),
};

function defaultValue(value: Value, given: Arguments): Value {
  const { default_value: otherwise = '', boolean } = bound('default', given, [
    'default_value',
    'boolean',
  ]);
  return value === undefined || (isTrue(boolean) && !isTrue(value)) ? otherwise : value;
}

function escapeMarkup(value: Value): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    "'": '&#39;',
    '"': '&#34;',
  };
  return str(value).replace(/[&<>'"]/gu, (each) => entities[each]!);
}

function indentOf(indent: Value): string | undefined {
  if (indent === undefined || indent === null) return undefined;
  return ' '.repeat(Math.max(0, Math.min(toIndex(indent), 100)));
}

function parsedFloat(value: Value): number | undefined {
  const text = typeof value === 'string' ? stripText(value, null).replaceAll('_', '') : '';
  if (/^[-+]?(inf|infinity)$/iu.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/iu.test(text) ? Number(text) : undefined;
}

/** Jinja's `int`: of a float, or of a text, also with decimals. */
function integerOf(value: Value, base: number): bigint | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = stripText(value, null).replaceAll('_', '').toLowerCase();
  const [, sign = '', digits = ''] = /^([-+]?)(?:0[xob])?([0-9a-z]+)$/u.exec(text) ?? [];
  const valid = digits !== '' && [...digits].every((each) => Number.parseInt(each, 36) < base);
  if (valid) {
    const size = [...digits].reduce(
      (sum, each) => sum * BigInt(base) + BigInt(Number.parseInt(each, 36)),
      0n,
    );
    return sign === '-' ? -size : size;
  }
  const decimal = parsedFloat(value);
  return decimal === undefined || !Number.isFinite(decimal)
    ? undefined
    : BigInt(Math.trunc(decimal));
}

/** Jinja's `round`; `common` rounds half to even, as Python's. */
function roundNumber(value: Value, given: Arguments): number {
  const { precision = 0n, method = 'common' } = bound('round', given, ['precision', 'method']);
  if (!isNumber(value)) throw new TemplateError(`type ${typeName(value)} cannot be rounded`);
  const number = Number(value);
  const digits = toIndex(precision);
  const scale = 10 ** digits;
  if (method === 'ceil') return Math.ceil(number * scale) / scale;
  if (method === 'floor') return Math.floor(number * scale) / scale;
  if (method !== 'common') throw new TemplateError('method must be common, ceil or floor');
  const scaled = number * scale;
  const exactHalf = digits <= 0 && Math.abs(scaled % 1) === 0.5;
  if (exactHalf) return (2 * Math.round(scaled / 2)) / scale;
  // toFixed rounds the number itself, not its product with a power of ten.
  return digits > 0 ? Number(number.toFixed(Math.min(digits, 100))) : Math.round(scaled) / scale;
}
