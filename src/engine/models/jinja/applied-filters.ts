import { bound } from './arguments.ts';
import { filters, tests, type Filter } from './filters.ts';
import { str } from './printing.ts';
import { attributeOf } from './sequence-filters.ts';
import { isTrue, items, TemplateError, type Arguments, type Value } from './values.ts';

/** Filters that apply another filter or a test to each item. */
const applied: Readonly<Record<string, Filter>> = {
  map: (value, { positional, named }) => {
    if (named.has('attribute')) {
      const rest = { positional, named };
      const { attribute, default: otherwise } = bound('map', rest, ['attribute', 'default']);
      return items(value).map((each) => attributeOf(each, attribute) ?? otherwise);
    }
    const [name, ...rest] = positional;
    const filter = filterNamed(str(name));
    return items(value).map((each) => filter(each, { positional: rest, named }));
  },
  select: (value, { positional, named }) => chosen(value, positional, named, false, true),
  reject: (value, { positional, named }) => chosen(value, positional, named, false, false),
  selectattr: (value, { positional, named }) => chosen(value, positional, named, true, true),
  rejectattr: (value, { positional, named }) => chosen(value, positional, named, true, false),
};

/** @throws TemplateError if there is no such filter, or "is <test>" names no test */
export function filterNamed(name: string): Filter {
  const [, negated, test] = /^is( not)? (.*)$/su.exec(name) ?? [];
  if (test !== undefined) {
    const holds = testNamed(test);
    return (value, given) => holds(value, given) === (negated === undefined);
  }
  if (Object.hasOwn(applied, name)) return applied[name]!;
  if (Object.hasOwn(filters, name)) return filters[name]!;
  throw new TemplateError(`No filter named '${name}'`);
}

function testNamed(name: string): (value: Value, given: Arguments) => boolean {
  if (Object.hasOwn(tests, name)) return tests[name]!;
  throw new TemplateError(`No test named '${name}'`);
}

function chosen(
  value: Value,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  byAttribute: boolean,
  wanted: boolean,
): Value {
  const [attribute, given] = byAttribute
    ? [positional[0], positional.slice(1)]
    : [undefined, positional];
  const [name, ...rest] = given;
  const test = name === undefined ? isTrue : testNamed(str(name));
  return items(value).filter((item) => {
    const tested = byAttribute ? attributeOf(item, attribute) : item;
    return test(tested, { positional: rest, named }) === wanted;
  });
}
