import { percentFormat } from './format.ts';
import { str } from './printing.ts';
import {
  compare,
  equal,
  isInteger,
  isList,
  isNumber,
  isTrue,
  items,
  TemplateError,
  toIndex,
  Tuple,
  typeName,
  type Value,
  within,
} from './values.ts';

/** Python's binary operators, but `and` and `or`, which may not need their second operand. */
export function operate(operator: string, a: Value, b: Value): Value {
  switch (operator) {
    case '==':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case '<':
      return compare(a, b, operator) < 0;
    case '>':
      return compare(a, b, operator) > 0;
    case '<=':
      return compare(a, b, operator) <= 0;
    case '>=':
      return compare(a, b, operator) >= 0;
    case 'in':
      return contains(b, a);
    case 'not in':
      return !contains(b, a);
    case '~':
      return str(a) + str(b);
    default:
      return calculate(operator, a, b);
  }
}

/** Python's `not`, `+` and `-` before a value. */
export function unary(operator: string, value: Value): Value {
  if (operator === 'not') return !isTrue(value);
  if (!isNumber(value))
    throw new TemplateError(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  const number = isInteger(value) ? BigInt(value) : value;
  return operator === '-' ? -number : number;
}

export function contains(container: Value, item: Value): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  return items(container).some((each) => equal(each, item));
}

/** A position of a list or text, also from its end; undefined outside. */
export function elementAt(value: string | readonly Value[], index: number): Value {
  return (typeof value === 'string' ? Array.from(value) : value).at(index);
}

/** Python's `value[start:stop:step]`. */
export function sliceOf(value: Value, start: Value, stop: Value, step: Value): Value {
  if (typeof value !== 'string' && !isList(value)) {
    throw new TemplateError(`'${typeName(value)}' object is not subscriptable by a slice`);
  }
  const list = items(value);
  const by = step === undefined || step === null ? 1 : toIndex(step);
  if (by === 0) throw new TemplateError('slice step cannot be zero');
  const low = by > 0 ? 0 : -1;
  const high = by > 0 ? list.length : list.length - 1;
  const at = (bound: Value, otherwise: number): number => {
    if (bound === undefined || bound === null) return otherwise;
    const index = toIndex(bound);
    return Math.max(low, Math.min(high, index < 0 ? index + list.length : index));
  };
  const end = at(stop, by > 0 ? high : low);
  const taken: Value[] = [];
  for (
    let index = at(start, by > 0 ? low : high);
    by > 0 ? index < end : index > end;
    index += by
  ) {
    taken.push(list[index]);
  }
  if (typeof value === 'string') return taken.join('');
  return value instanceof Tuple ? Tuple.from(taken) : taken;
}

function calculate(operator: string, a: Value, b: Value): Value {
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b);
  if (operator === '+') {
    if (typeof a === 'string' && typeof b === 'string')
      return within(a.length + b.length, () => a + b);
    if (isList(a) && isList(b) && a instanceof Tuple === b instanceof Tuple) {
      const all = () => [...a, ...b];
      return within(a.length + b.length, () => (a instanceof Tuple ? Tuple.from(all()) : all()));
    }
  }
  if (operator === '*') {
    const [many, times] = isInteger(a) ? [b, a] : [a, b];
    if (isInteger(times) && (typeof many === 'string' || isList(many))) {
      return repeated(many, Math.max(0, Number(times)));
    }
  }
  if (isNumber(a) && isNumber(b)) return arithmetic(operator, a, b);
  if (a === undefined || b === undefined) {
    throw new TemplateError(`an undefined value has no operator ${operator}`);
  }
  throw new TemplateError(
    `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`,
  );
}

function repeated(many: string | readonly Value[], times: number): Value {
  return within(many.length * times, () => {
    if (typeof many === 'string') return many.repeat(times);
    const all = Array.from({ length: times }, () => [...many]).flat();
    return many instanceof Tuple ? Tuple.from(all) : all;
  });
}

function arithmetic(
  operator: string,
  a: bigint | number | boolean,
  b: bigint | number | boolean,
): Value {
  const divides = operator === '/' || operator === '//' || operator === '%';
  if (divides && Number(b) === 0) throw new TemplateError('division by zero');
  if (operator === '/') return Number(a) / Number(b);
  if (isInteger(a) && isInteger(b) && !(operator === '**' && Number(b) < 0)) {
    return integerArithmetic(operator, BigInt(a), BigInt(b));
  }
  return floatArithmetic(operator, Number(a), Number(b));
}

function integerArithmetic(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return within(bits(a) + bits(b), () => a * b);
    case '**':
      return within(bits(a) * Number(b), () => a ** b);
    case '//':
      return (a - modulo(a, b)) / b;
    case '%':
      return modulo(a, b);
    default:
      throw new TemplateError(`unknown operator ${operator}`);
  }
}

/** With the sign of the divisor, as Python's. */
function modulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

function floatArithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '**':
      return a ** b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return ((a % b) + b) % b;
    default:
      throw new TemplateError(`unknown operator ${operator}`);
  }
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}
