/**
 * A value of a template, as Python has it: an int is a bigint, a float a number, None is null, a
 * name that is not defined is undefined, a list is an array and a dict a Map.
 */
export type Value =
  | string
  | bigint
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | Tuple
  | Dict
  | Namespace
  | Callable;

export type Dict = ReadonlyMap<Value, Value>;

/** What a call passes: by position, and by name. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export type Callable = (given: Arguments) => Value;

/** A tuple, which prints in another way than a list. */
export class Tuple extends Array<Value> {}

/** What `namespace()` makes: the only value that a template can change. */
export class Namespace {
  readonly entries = new Map<string, Value>();
}

/** A template did what Python refuses; the message is for the person. */
export class TemplateError extends Error {}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map;
}

export function isInteger(value: Value): value is bigint | boolean {
  return typeof value === 'bigint' || typeof value === 'boolean';
}

export function isNumber(value: Value): value is bigint | number | boolean {
  return isInteger(value) || typeof value === 'number';
}

/** Python's name of a value's type. */
export function typeName(value: Value): string {
  if (value === null) return 'NoneType';
  if (value instanceof Tuple) return 'tuple';
  if (isList(value)) return 'list';
  if (isDict(value)) return 'dict';
  if (value instanceof Namespace) return 'Namespace';
  const names: Readonly<Record<string, string>> = {
    string: 'str',
    bigint: 'int',
    number: 'float',
    boolean: 'bool',
    undefined: 'Undefined',
  };
  return names[typeof value] ?? typeof value;
}

export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  return Boolean(value);
}

export function equal(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b);
  if (isList(a) && isList(b)) {
    const alike = a instanceof Tuple === b instanceof Tuple && a.length === b.length;
    return alike && a.every((each, index) => equal(each, b[index]));
  }
  if (isDict(a) && isDict(b)) {
    return (
      a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)))
    );
  }
  return a === b;
}

/** Below 0 if a is less than b, above 0 if it is greater. */
export function compare(a: Value, b: Value, operator = '<'): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : Number(a > b);
  if (typeof a === 'string' && typeof b === 'string') return comparePoints(a, b);
  if (isList(a) && isList(b) && a instanceof Tuple === b instanceof Tuple) {
    for (const [index, each] of a.entries()) {
      if (index >= b.length) return 1;
      if (!equal(each, b[index])) return compare(each, b[index], operator);
    }
    return a.length - b.length;
  }
  throw new TemplateError(
    `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
}

/** By code points, as Python orders texts; JavaScript orders by UTF-16 units. */
function comparePoints(a: string, b: string): number {
  if (a === b) return 0;
  const others = [...b].map((each) => each.codePointAt(0)!);
  for (const [index, each] of [...a].entries()) {
    const difference = each.codePointAt(0)! - (others[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return -1;
}

/** The items that a loop over the value goes through; none for an undefined one. */
export function items(value: Value): readonly Value[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return Array.from(value);
  if (isList(value)) return value;
  if (isDict(value)) return [...value.keys()];
  throw new TemplateError(`'${typeName(value)}' object is not iterable`);
}

export function lengthOf(value: Value): number {
  if (isDict(value)) return value.size;
  if (value === undefined || typeof value === 'string' || isList(value)) return items(value).length;
  throw new TemplateError(`object of type '${typeName(value)}' has no len()`);
}

/** Neither a text nor a list grows longer, and no integer has more bits. */
const maxLength = 2 ** 22;

/** A value of that length. @throws TemplateError if it is so long that it may fill the memory */
export function within<T>(length: number, make: () => T): T {
  if (length <= maxLength) return make();
  throw new TemplateError(
    `a value would have a length of ${length}; at most ${maxLength} are allowed`,
  );
}

/** A whole number as an index or a count. */
export function toIndex(value: Value): number {
  if (isInteger(value)) return Number(value);
  throw new TemplateError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}

export function toText(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(`${what} must be str, not ${typeName(value)}`);
}
