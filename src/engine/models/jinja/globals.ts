import { bound } from './arguments.ts';
import { str } from './printing.ts';
import {
  isDict,
  items,
  Namespace,
  TemplateError,
  toIndex,
  type Callable,
  type Value,
} from './values.ts';

/** The longest range that Jinja's sandbox makes. */
const maxRange = 100_000;

/** The functions that transformers' environment gives a template. */
export const globals: Readonly<Record<string, Callable>> = {
  range: ({ positional }) => {
    const [first, second, third] = positional.map(toIndex);
    const [start, stop, step] =
      second === undefined ? [0, first ?? 0, 1] : [first!, second, third ?? 1];
    if (step === 0) throw new TemplateError('range() arg 3 must not be zero');
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (length > maxRange) {
      throw new TemplateError(`Range too big. The sandbox blocks ranges larger than ${maxRange}.`);
    }
    return Array.from({ length }, (_, index) => BigInt(start + index * step));
  },
  namespace: ({ positional: [source], named }) => {
    const made = new Namespace();
    const pairs = isDict(source) ? [...source] : items(source).map((pair) => items(pair));
    for (const [key, value] of pairs) made.entries.set(str(key), value);
    for (const [key, value] of named) made.entries.set(key, value);
    return made;
  },
  dict: ({ positional: [source], named }) =>
    new Map<Value, Value>([...(isDict(source) ? source : []), ...named]),
  joiner: (given) => {
    const { sep = ', ' } = bound('joiner', given, ['sep']);
    let used = false;
    return () => {
      const text = used ? sep : '';
      used = true;
      return text;
    };
  },
  raise_exception: ({ positional: [message] }) => {
    throw new TemplateError(str(message));
  },
  strftime_now: ({ positional: [format] }) => strftime(str(format), new Date()),
};

const english = (date: Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-US', options).format(date);

const two = (value: number): string => String(value).padStart(2, '0');

const dateParts: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getFullYear()),
  y: (date) => two(date.getFullYear() % 100),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2),
  B: (date) => english(date, { month: 'long' }),
  b: (date) => english(date, { month: 'short' }),
  A: (date) => english(date, { weekday: 'long' }),
  a: (date) => english(date, { weekday: 'short' }),
  H: (date) => two(date.getHours()),
  I: (date) => two(date.getHours() % 12 || 12),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  p: (date) => (date.getHours() < 12 ? 'AM' : 'PM'),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  F: (date) => strftime('%Y-%m-%d', date),
  T: (date) => strftime('%H:%M:%S', date),
  '%': () => '%',
};

function strftime(format: string, date: Date): string {
  return format.replace(/%(-?)(.)/gsu, (whole, bare: string, code: string) => {
    const text = dateParts[code]?.(date);
    if (text === undefined) return whole;
    return bare ? text.replace(/^0+(?=\d)/u, '') : text;
  });
}

function dayOfYear(date: Date): number {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return (Date.UTC(year, month, day) - Date.UTC(year, 0, 0)) / 86_400_000;
}
