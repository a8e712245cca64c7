import { biasName } from '../architecture/architecture.ts';
import { badModel } from '../malformed.ts';
import type { AdapterBase, Changes, WeightChange } from './changes.ts';

/**
 * Checks that every change of an adapter is used; ignoring one would give another model.
 * @throws TqError badModel
 */
export function requireFit(base: AdapterBase, changes: Changes, adapter: string): void {
  for (const [name, change] of changes) {
    const problem = problemOf(base, name, change);
    if (problem === undefined) continue;
    throw badModel(`The adapter ${adapter} does not fit the model ${base.name}: ${problem}.`);
  }
}

function problemOf(
  { weights, architecture }: AdapterBase,
  name: string,
  { of = name, whole, rows, lowRank, magnitude }: WeightChange,
): string | undefined {
  const { languageHead, scoreHead } = architecture;
  const heads = [languageHead, scoreHead].flatMap((head) => [head, biasName(head)]);
  const known = weights.has(of) || (whole !== undefined && heads.includes(name));
  if (!known) return `the model has no weight ${whole ? `for its ${whole.tensor}` : name}`;
  const shape = whole?.shape ?? weights.shape(of);
  const [out = 0, into = 1] = shape;
  for (const { a, b } of lowRank) {
    const rank = a.shape[0]!;
    const expected = [rank, into, out, rank];
    if (shape.length === 2 && [...a.shape, ...b.shape].join() === expected.join()) continue;
    return `${a.tensor} ${text(a.shape)} and ${b.tensor} ${text(b.shape)} of rank ${rank} cannot change ${name} ${text(shape)}`;
  }
  if (magnitude && magnitude.shape.join() !== `${out}`) {
    return `${magnitude.tensor} ${text(magnitude.shape)} cannot change ${name} ${text(shape)}`;
  }
  if (!rows) return undefined;
  const { ids, values } = rows;
  if (values.shape.join() !== [ids.length, into].join()) {
    return `${values.tensor} ${text(values.shape)} of ${ids.length} tokens cannot change ${name} ${text(shape)}`;
  }
  const outside = ids.find((id) => id >= out);
  if (outside === undefined) return undefined;
  return `it trains the token ${outside}, but ${name} has only ${out} rows; give the model that it was trained on`;
}

function text(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
