import { bound } from './arguments.ts';
import { braceFormat } from './format.ts';
import { contains, elementAt } from './operators.ts';
import { str } from './printing.ts';
import { attributeOf, type NamedTuple } from './sequence-filters.ts';
import { stringMethods } from './string-methods.ts';
import {
  equal,
  isDict,
  isInteger,
  isList,
  Namespace,
  TemplateError,
  Tuple,
  typeName,
  type Arguments,
  type Callable,
  type Value,
} from './values.ts';

/** Methods that change a value, which the sandbox of transformers refuses. */
const changing = new Set(
  'append clear extend insert pop popitem remove reverse setdefault sort update'.split(' '),
);

type Methods<Of> = Readonly<Record<string, (value: Of, given: Arguments) => Value>>;

const dictMethods: Methods<ReadonlyMap<Value, Value>> = {
  get: (dict, given) => {
    const { key, default: otherwise = null } = bound('get', given, ['key', 'default'], 1);
    return dict.has(key) ? dict.get(key) : otherwise;
  },
  items: (dict) => [...dict].map((pair) => Tuple.from(pair)),
  keys: (dict) => [...dict.keys()],
  values: (dict) => [...dict.values()],
  copy: (dict) => new Map(dict),
};

const listMethods: Methods<readonly Value[]> = {
  copy: (list) => [...list],
  count: (list, given) => {
    const { value } = bound('count', given, ['value'], 0);
    return BigInt(list.filter((each) => equal(each, value)).length);
  },
  index: (list, given) => {
    const { value } = bound('index', given, ['value'], 0);
    if (!contains(list, value)) throw new TemplateError(`${str(value)} is not in list`);
    return BigInt(list.findIndex((each) => equal(each, value)));
  },
};

/** Python's `value.name`; Jinja falls back to `value["name"]`. */
export function attribute(value: Value, name: string): Value {
  return methodOf(value, name) ?? entry(value, name);
}

/** Python's `value[key]`; Jinja falls back to `value.key`. */
export function item(value: Value, key: Value): Value {
  if (isInteger(key) && (typeof value === 'string' || isList(value))) {
    return elementAt(value, Number(key));
  }
  const found = entry(value, key);
  return found === undefined && typeof key === 'string' ? methodOf(value, key) : found;
}

function entry(value: Value, key: Value): Value {
  if (value === undefined) {
    throw new TemplateError(`an undefined value has no attribute '${str(key)}'`);
  }
  if (isDict(value)) return value.get(key);
  if (value instanceof Namespace) return value.entries.get(str(key));
  if (value instanceof Tuple) return (value as NamedTuple).fields?.[str(key)];
  return undefined;
}

function methodOf(value: Value, name: string): Callable | undefined {
  if ((isList(value) || isDict(value)) && changing.has(name)) {
    return () => {
      throw new TemplateError(
        `access to attribute '${name}' of '${typeName(value)}' object is unsafe`,
      );
    };
  }
  if (typeof value === 'string') return stringMethod(value, name);
  if (isDict(value)) return boundMethod(dictMethods, value, name);
  return isList(value) ? boundMethod(listMethods, value, name) : undefined;
}

function boundMethod<Of>(methods: Methods<Of>, value: Of, name: string): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && ((given) => method(value, given));
}

function stringMethod(text: string, name: string): Callable | undefined {
  if (name === 'format') return (given) => braceFormat(text, given, followed);
  if (name === 'format_map') {
    return ({ positional: [table] }) => {
      const named = isDict(table)
        ? new Map([...table].map(([key, each]) => [str(key), each]))
        : new Map<string, Value>();
      return braceFormat(text, { positional: [], named }, followed);
    };
  }
  return boundMethod(stringMethods, text, name);
}

/** A path in a format string: ".name" and "[key]". */
function followed(value: Value, path: string): Value {
  return attributeOf(value, path.replaceAll(/\[([^\]]*)\]/gu, '.$1').replace(/^\./u, ''));
}
