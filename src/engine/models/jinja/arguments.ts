import { TemplateError, type Arguments, type Value } from './values.ts';

/**
 * The arguments of a call by the names of its parameters.
 * @param optional how many of the last parameters may be missing
 */
export function bound<const Name extends string>(
  call: string,
  { positional, named }: Arguments,
  names: readonly Name[],
  optional = names.length,
): Partial<Readonly<Record<Name, Value>>> {
  if (positional.length > names.length) {
    throw new TemplateError(
      `${call}() takes at most ${names.length} arguments (${positional.length} given)`,
    );
  }
  const values: Partial<Record<Name, Value>> = {};
  for (const [index, value] of positional.entries()) values[names[index]!] = value;
  for (const [name, value] of named) {
    const known = names.find((each) => each === name);
    if (known === undefined || known in values) {
      throw new TemplateError(`${call}() got an unexpected keyword argument '${name}'`);
    }
    values[known] = value;
  }
  for (const name of names.slice(0, names.length - optional)) {
    if (!(name in values)) throw new TemplateError(`${call}() misses the argument '${name}'`);
  }
  return values;
}

/** A call with arguments by position only. */
export function positionally(...positional: readonly Value[]): Arguments {
  return { positional, named: new Map() };
}
