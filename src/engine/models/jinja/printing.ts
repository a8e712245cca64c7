import { isDict, isList, Namespace, TemplateError, Tuple, typeName, type Value } from './values.ts';

/** A value as Python's `str` writes it; an undefined one is empty. */
export function str(value: Value): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : repr(value);
}

/** A value as Python's `repr` writes it. */
export function repr(value: Value): string {
  if (value === undefined) return 'Undefined';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Tuple) {
    return value.length === 1 ? `(${repr(value[0])},)` : `(${value.map(repr).join(', ')})`;
  }
  if (isList(value)) return `[${value.map(repr).join(', ')}]`;
  if (isDict(value)) return `{${entries(value).join(', ')}}`;
  if (value instanceof Namespace) return `<Namespace {${entries(value.entries).join(', ')}}>`;
  return '<function>';
}

function entries(table: ReadonlyMap<Value, Value>): string[] {
  return [...table].map(([key, each]) => `${repr(key)}: ${repr(each)}`);
}

/** The shortest digits that read back as the number, with an exponent where Python has one. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = value.toFixed(Math.max(0, digits.replace(/[-.]/gu, '').length - 1 - exponent));
    return text.includes('.') ? text : `${text}.0`;
  }
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const escapes = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = Array.from(text, (each) => {
    if (each === quote) return `\\${each}`;
    return escapes.get(each) ?? (isPrintable(each) ? each : codeEscape(each.codePointAt(0)!));
  });
  return `${quote}${body.join('')}${quote}`;
}

function isPrintable(character: string): boolean {
  return character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
}

function codeEscape(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Options of Python's `json.dumps`, as transformers' `tojson` passes them. */
export interface JsonOptions {
  readonly ascii: boolean;
  /** What one level is indented by; undefined for one line. */
  readonly indent: string | undefined;
  readonly separators: readonly [item: string, key: string];
  readonly sorted: boolean;
}

/** A value as Python's `json.dumps` writes it. */
export function toJson(value: Value, options: JsonOptions, depth = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonFloat(value);
  if (typeof value === 'string') return jsonText(value, options);
  if (isList(value)) {
    const parts = value.map((each) => toJson(each, options, depth + 1));
    return enclosed('[', parts, ']', options, depth);
  }
  if (isDict(value)) {
    const pairs = [...value].map(([key, each]): [string, Value] => [jsonKey(key), each]);
    if (options.sorted) pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    const parts = pairs.map(
      ([key, each]) =>
        jsonText(key, options) + options.separators[1] + toJson(each, options, depth + 1),
    );
    return enclosed('{', parts, '}', options, depth);
  }
  throw new TemplateError(`Object of type ${typeName(value)} is not JSON serializable`);
}

function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  { indent, separators: [item] }: JsonOptions,
  depth: number,
): string {
  if (parts.length === 0 || indent === undefined) return open + parts.join(item) + close;
  const line = `\n${indent.repeat(depth + 1)}`;
  return `${open}${line}${parts.join(item + line)}\n${indent.repeat(depth)}${close}`;
}

function jsonFloat(value: number): string {
  if (Number.isFinite(value)) return floatText(value);
  return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
}

function jsonKey(key: Value): string {
  if (key === null || typeof key === 'boolean') return String(key);
  if (typeof key === 'number') return jsonFloat(key);
  return str(key);
}

function jsonText(text: string, { ascii }: JsonOptions): string {
  const json = JSON.stringify(text);
  if (!ascii) return json;
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
