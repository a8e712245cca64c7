import { str } from './printing.ts';
import { Namespace, TemplateError, type Value } from './values.ts';

/** Names and their values; those of an inner scope hide the outer ones. */
export class Scope {
  readonly #values = new Map<string, Value>();

  constructor(private readonly outer?: Scope) {}

  get(name: string): Value {
    if (this.#values.has(name)) return this.#values.get(name);
    return this.outer?.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}

/** Leaves an iteration of a loop, or the loop. */
export class LoopControl extends Error {
  constructor(readonly kind: 'Break' | 'Continue') {
    super(`'${kind.toLowerCase()}' outside loop`);
  }
}

/** The value `loop` of one iteration. */
export function loopOf(
  list: readonly Value[],
  index: number,
  changes: { last?: string },
): Namespace {
  const loop = new Namespace();
  const set = (name: string, value: Value): unknown => loop.entries.set(name, value);
  set('index', BigInt(index + 1));
  set('index0', BigInt(index));
  set('revindex', BigInt(list.length - index));
  set('revindex0', BigInt(list.length - index - 1));
  set('first', index === 0);
  set('last', index === list.length - 1);
  set('length', BigInt(list.length));
  set('depth', 1n);
  set('depth0', 0n);
  set('previtem', index > 0 ? list[index - 1] : undefined);
  set('nextitem', list[index + 1]);
  set('cycle', ({ positional }) => positional[index % positional.length]);
  set('changed', ({ positional }) => {
    const now = positional.map(str).join('\0');
    const changed = changes.last !== now;
    changes.last = now;
    return changed;
  });
  return loop;
}

/** @throws TemplateError for more arguments than a macro has, unless it uses them */
export function requireArguments(
  name: string,
  source: string,
  tooMany: boolean,
  named: ReadonlyMap<string, Value>,
): void {
  if (tooMany && !source.includes('"varargs"')) {
    throw new TemplateError(`macro '${name}' takes fewer arguments`);
  }
  const [unknown] = named.keys();
  if (unknown !== undefined && !source.includes('"kwargs"')) {
    throw new TemplateError(`macro '${name}' takes no keyword argument '${unknown}'`);
  }
}
