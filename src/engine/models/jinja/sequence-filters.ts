import { bound } from './arguments.ts';
import { operate } from './operators.ts';
import { repr, str } from './printing.ts';
import {
  compare,
  equal,
  isDict,
  isList,
  isNumber,
  isTrue,
  items,
  lengthOf,
  Namespace,
  TemplateError,
  toIndex,
  Tuple,
  typeName,
  type Arguments,
  type Value,
} from './values.ts';

type Filter = (value: Value, given: Arguments) => Value;

/** Jinja's filters of lists and dicts, but those that apply other filters and tests. */
export const sequenceFilters: Readonly<Record<string, Filter>> = {
  batch: (value, given) => {
    const { linecount, fill_with: fill } = bound('batch', given, ['linecount', 'fill_with'], 1);
    const size = Math.max(1, toIndex(linecount));
    const list = items(value);
    const rows = Array.from({ length: Math.ceil(list.length / size) }, (_, row) =>
      list.slice(row * size, (row + 1) * size),
    );
    const filled = (row: readonly Value[]): Value[] => [
      ...row,
      ...Array.from({ length: Math.min(size, 10_000) - row.length }, () => fill),
    ];
    return rows.map((row) => (fill === undefined || fill === null ? row : filled(row)));
  },
  count: (value) => BigInt(lengthOf(value)),
  dictsort: (value, given) => {
    const names = ['case_sensitive', 'by', 'reverse'] as const;
    const { case_sensitive: exact, by = 'key', reverse } = bound('dictsort', given, names);
    if (!isDict(value)) throw new TemplateError(`'${typeName(value)}' object has no items`);
    const at = by === 'value' ? 1 : 0;
    const pairs = [...value].map((pair) => Tuple.from(pair));
    return sorted(pairs, (pair) => folded((pair as readonly Value[])[at], exact), reverse);
  },
  first: (value) => items(value)[0],
  groupby: (value, given) => {
    const names = ['attribute', 'default', 'case_sensitive'] as const;
    const {
      attribute,
      default: otherwise,
      case_sensitive: exact,
    } = bound('groupby', given, names, 2);
    const keyOf = (item: Value): Value => attributeOf(item, attribute) ?? otherwise;
    const groups: { readonly key: Value; readonly of: Value; readonly list: Value[] }[] = [];
    for (const item of sorted(items(value), (each) => folded(keyOf(each), exact), false)) {
      const key = folded(keyOf(item), exact);
      const last = groups.at(-1);
      if (last && equal(last.key, key)) last.list.push(item);
      else groups.push({ key, of: keyOf(item), list: [item] });
    }
    return groups.map(({ of, list }) => named(Tuple.of<Value>(of, list), { grouper: of, list }));
  },
  join: (value, given) => {
    const { d = '', attribute } = bound('join', given, ['d', 'attribute']);
    const list = items(value);
    const texts = attribute === undefined ? list : list.map((each) => attributeOf(each, attribute));
    return texts.map(str).join(str(d));
  },
  last: (value) => items(value).at(-1),
  length: (value) => BigInt(lengthOf(value)),
  list: (value) => [...items(value)],
  max: (value, given) => extreme(value, given, 1),
  min: (value, given) => extreme(value, given, -1),
  reverse: (value) => {
    const reversed = [...items(value)].reverse();
    return typeof value === 'string' ? reversed.join('') : reversed;
  },
  slice: (value, given) => {
    const { slices, fill_with: fill } = bound('slice', given, ['slices', 'fill_with'], 1);
    const count = Math.max(1, Math.min(toIndex(slices), 10_000));
    const list = items(value);
    const size = Math.floor(list.length / count);
    const larger = list.length % count;
    return Array.from({ length: count }, (_, index) => {
      const from = index * size + Math.min(index, larger);
      const part = list.slice(from, from + size + (index < larger ? 1 : 0));
      return fill !== undefined && fill !== null && index >= larger ? [...part, fill] : part;
    });
  },
  sort: (value, given) => {
    const names = ['reverse', 'case_sensitive', 'attribute'] as const;
    const { reverse, case_sensitive: exact, attribute } = bound('sort', given, names);
    const paths = typeof attribute === 'string' ? attribute.split(',') : [attribute];
    const keyOf = (item: Value): Value => {
      const keys = paths.map((path) =>
        folded(path === undefined ? item : attributeOf(item, path), exact),
      );
      return keys.length === 1 ? keys[0] : keys;
    };
    return sorted(items(value), keyOf, reverse);
  },
  sum: (value, given) => {
    const { attribute, start = 0n } = bound('sum', given, ['attribute', 'start']);
    return items(value).reduce<Value>((sum, each) => {
      const part =
        attribute === undefined || attribute === null ? each : attributeOf(each, attribute);
      return operate('+', sum, part);
    }, start);
  },
  unique: (value, given) => {
    const { case_sensitive: exact, attribute } = bound('unique', given, [
      'case_sensitive',
      'attribute',
    ]);
    const seen = new Set<string>();
    return items(value).filter((item) => {
      const key = folded(attribute === undefined ? item : attributeOf(item, attribute), exact);
      const text = isNumber(key) ? repr(Number(key)) : repr(key);
      if (seen.has(text)) return false;
      seen.add(text);
      return true;
    });
  },
};

/** An attribute by its path ("function.name", 0), as filters look it up. */
export function attributeOf(item: Value, path: Value): Value {
  if (typeof path === 'bigint') return isList(item) ? item.at(Number(path)) : undefined;
  return str(path)
    .split('.')
    .reduce<Value>((value, part) => {
      if (isDict(value)) return value.get(part);
      if (value instanceof Namespace) return value.entries.get(part);
      if (value instanceof Tuple)
        return (value as NamedTuple).fields?.[part] ?? value[Number(part)];
      if (isList(value) && /^\d+$/u.test(part)) return value[Number(part)];
      return undefined;
    }, item);
}

/** A tuple whose items have names, as those of `groupby`. */
export interface NamedTuple extends Tuple {
  fields?: Readonly<Record<string, Value>>;
}

function named(tuple: Tuple, fields: Readonly<Record<string, Value>>): Tuple {
  return Object.defineProperty(Tuple.from(tuple), 'fields', { value: fields });
}

function sorted(
  list: readonly Value[],
  keyOf: (item: Value) => Value,
  reverse: Value,
): readonly Value[] {
  const sign = isTrue(reverse) ? -1 : 1;
  return list
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => sign * compare(a.key, b.key))
    .map(({ item }) => item);
}

/** A text in lower case, unless case counts. */
function folded(value: Value, exact: Value): Value {
  return typeof value === 'string' && !isTrue(exact) ? value.toLowerCase() : value;
}

function extreme(value: Value, given: Arguments, sign: number): Value {
  const { case_sensitive: exact, attribute } = bound('max', given, ['case_sensitive', 'attribute']);
  const keyOf = (item: Value): Value =>
    folded(attribute === undefined ? item : attributeOf(item, attribute), exact);
  const [first, ...rest] = items(value);
  return rest.reduce<Value>(
    (best, each) => (sign * compare(keyOf(each), keyOf(best)) > 0 ? each : best),
    first,
  );
}
