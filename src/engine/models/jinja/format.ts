import { floatText, repr, str } from './printing.ts';
import {
  isDict,
  isInteger,
  isNumber,
  TemplateError,
  Tuple,
  typeName,
  type Arguments,
  type Value,
} from './values.ts';

/** No text is padded to more characters, so that a template cannot fill the memory. */
const maxWidth = 10_000;

const percentField =
  /%(?:\((?<key>[^)]*)\))?(?<flags>[-+ #0]*)(?<width>\d*)(?:\.(?<precision>\d+))?(?<type>.)/gsu;

/** Python's `format % values`. */
export function percentFormat(format: string, values: Value): string {
  const list = values instanceof Tuple ? [...values] : [values];
  let next = 0;
  const text = format.replace(percentField, (...match) => {
    const { key, flags, width, precision, type } = match.at(-1) as Record<
      string,
      string | undefined
    >;
    if (type === '%') return '%';
    if (key === undefined && next >= list.length) {
      throw new TemplateError('not enough arguments for format string');
    }
    const value = key === undefined ? list[next++] : isDict(values) ? values.get(key) : undefined;
    const spec = {
      fill: ' ',
      align: flags!.includes('-') ? '<' : '>',
      sign: /[+ ]/u.exec(flags!)?.[0] ?? '',
      zero: flags!.includes('0') && !flags!.includes('-'),
      width: widthOf(width),
      grouped: false,
      precision: precision === undefined ? undefined : widthOf(precision),
      type: type!,
    };
    return padded(percentBody(value, spec), spec);
  });
  if (next < list.length && !isDict(values)) {
    throw new TemplateError('not all arguments converted during string formatting');
  }
  return text;
}

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly zero: boolean;
  readonly width: number;
  readonly grouped: boolean;
  readonly precision: number | undefined;
  readonly type: string;
}

function percentBody(value: Value, spec: Spec): string {
  switch (spec.type) {
    case 's':
      return str(value).slice(0, spec.precision);
    case 'r':
    case 'a':
      return repr(value).slice(0, spec.precision);
    case 'c':
      return isInteger(value) ? String.fromCodePoint(Number(value)) : str(value);
    default:
      return numberBody(
        value,
        spec.type === 'i' || spec.type === 'u' ? { ...spec, type: 'd' } : spec,
      );
  }
}

/** Python's `format.format(...)`. */
export function braceFormat(
  format: string,
  { positional, named }: Arguments,
  attribute: (value: Value, path: string) => Value,
): string {
  let next = 0;
  return format.replace(
    /\{\{|\}\}|\{(?<name>[^{}!:]*)(?:!(?<conversion>[rsa]))?(?::(?<spec>[^{}]*))?\}|[{}]/gsu,
    (...match) => {
      const [whole] = match as [string];
      if (whole === '{{' || whole === '}}') return whole[0]!;
      if (whole.length === 1) throw new TemplateError(`Single '${whole}' in the format string`);
      const {
        name = '',
        conversion,
        spec = '',
      } = match.at(-1) as Record<string, string | undefined>;
      const [, head = '', path = ''] = /^([^.[]*)(.*)$/su.exec(name) ?? [];
      const first = /^\d*$/u.test(head)
        ? positional[head === '' ? next++ : Number(head)]
        : named.get(head);
      const found = path === '' ? first : attribute(first, path);
      return formatted(
        conversion === undefined ? found : conversion === 's' ? str(found) : repr(found),
        spec,
      );
    },
  );
}

/** Python's `format(value, spec)`. */
function formatted(value: Value, text: string): string {
  const match =
    /^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?#?(?<zero>0)?(?<width>\d*)(?<grouped>,)?(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%]?)$/su.exec(
      text,
    )?.groups;
  if (!match) throw new TemplateError(`Invalid format specifier '${text}'`);
  const numeric = isNumber(value) && typeof value !== 'boolean';
  const spec: Spec = {
    fill: match['fill'] ?? ' ',
    align: match['align'] ?? (numeric ? '>' : '<'),
    sign: match['sign'] === '-' ? '' : (match['sign'] ?? ''),
    zero: match['zero'] !== undefined && match['align'] === undefined,
    width: widthOf(match['width']),
    grouped: match['grouped'] !== undefined,
    precision: match['precision'] === undefined ? undefined : widthOf(match['precision']),
    type: match['type'] ?? '',
  };
  if (!numeric || (spec.type === '' && spec.precision === undefined && !spec.grouped)) {
    const body = numeric ? signed(str(value), spec) : str(value).slice(0, spec.precision);
    return padded(body, spec);
  }
  const type = spec.type === '' ? (typeof value === 'bigint' ? 'd' : 'g') : spec.type;
  return padded(numberBody(value, { ...spec, type }), spec);
}

function numberBody(value: Value, spec: Spec): string {
  const { type, precision = 6 } = spec;
  if (!isNumber(value)) {
    throw new TemplateError(`%${type} format: a real number is required, not ${typeName(value)}`);
  }
  const bases: Readonly<Record<string, number>> = { d: 10, x: 16, X: 16, o: 8, b: 2 };
  const base = bases[type];
  if (base !== undefined) {
    const whole = isInteger(value) ? BigInt(value) : BigInt(Math.trunc(value));
    const digits = whole.toString(base);
    return signed(grouped(type === 'X' ? digits.toUpperCase() : digits, spec), spec);
  }
  const number = Number(value);
  switch (type.toLowerCase()) {
    case 'f':
      return signed(grouped(number.toFixed(Math.min(precision, 100)), spec), spec);
    case '%':
      return `${signed((number * 100).toFixed(Math.min(precision, 100)), spec)}%`;
    case 'e':
      return signed(twoDigits(number.toExponential(Math.min(precision, 100))), spec);
    case 'g':
      return signed(general(number, Math.max(1, Math.min(precision, 100))), spec);
    default:
      throw new TemplateError(`unsupported format character '${type}'`);
  }
}

function general(value: number, digits: number): string {
  const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) {
    return twoDigits(value.toExponential(digits - 1).replace(/\.?0+e/u, 'e'));
  }
  const fixed = value.toFixed(Math.max(0, digits - 1 - exponent));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/u, '') : fixed;
}

function twoDigits(exponential: string): string {
  return exponential.replace(/e([-+])(\d)$/u, 'e$10$2');
}

function grouped(digits: string, { grouped: wanted }: Spec): string {
  return wanted ? digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/gu, ',') : digits;
}

function signed(digits: string, { sign }: Spec): string {
  return digits.startsWith('-') ? digits : sign + digits;
}

function padded(text: string, { fill, align, zero, width }: Spec): string {
  const missing = Math.max(0, width - Array.from(text).length);
  if (zero || align === '=') {
    const sign = /^[-+ ]/u.exec(text)?.[0] ?? '';
    return sign + (zero ? '0' : fill).repeat(missing) + text.slice(sign.length);
  }
  if (align === '<') return text + fill.repeat(missing);
  const before = align === '^' ? Math.floor(missing / 2) : missing;
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

function widthOf(digits: string | undefined): number {
  const width = Number(digits ?? 0);
  if (width <= maxWidth) return width;
  throw new TemplateError(`a width of ${floatText(width)} is more than ${maxWidth}`);
}
