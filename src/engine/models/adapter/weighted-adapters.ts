import { badModel } from '../malformed.ts';
import type { Adapter, AdapterBase, Changes, WeightChange } from './changes.ts';

/** An adapter and the factor of its change. */
export interface WeightedAdapter {
  readonly adapter: Adapter;
  readonly weight: number;
}

/**
 * Several adapters as one: W + sum of weight * scale * B A, like llama.cpp's --lora-scaled and
 * PEFT's add_weighted_adapter with combination_type="cat". An adapter that does more than add a
 * product must be alone, with the weight 1.
 */
export function weightedAdapters(parts: readonly WeightedAdapter[]): Adapter {
  const [first] = parts;
  if (parts.length === 1 && first!.weight === 1) return first!.adapter;
  const tokenizerFolders = parts.flatMap(({ adapter }) => adapter.tokenizerFolder ?? []);
  return {
    name: parts.map(({ adapter, weight }) => `${adapter.name}*${weight}`).join('+'),
    base: undefined,
    files: parts.flatMap(({ adapter }) => adapter.files),
    tokenizerFolder: tokenizerFolders[0],
    changes: (base) => sumOf(base, parts),
    close: async () => {
      await Promise.all(parts.map(({ adapter }) => adapter.close()));
    },
  };
}

function sumOf(base: AdapterBase, parts: readonly WeightedAdapter[]): Changes {
  const sum = new Map<string, WeightChange>();
  for (const { adapter, weight } of parts) {
    for (const [name, change] of adapter.changes(base)) {
      requireProduct(adapter.name, name, change);
      const lowRank = change.lowRank.map((each) => ({ ...each, scale: each.scale * weight }));
      const before = sum.get(name);
      sum.set(name, { ...change, lowRank: [...(before?.lowRank ?? []), ...lowRank] });
    }
  }
  return sum;
}

function requireProduct(
  adapter: string,
  name: string,
  { whole, rows, principal, magnitude }: WeightChange,
): void {
  const more =
    (whole && 'replaces the weight') ??
    (rows && 'replaces rows of the weight') ??
    (principal && `takes its ${principal.kind} part off the weight`) ??
    (magnitude && 'is a DoRA adapter, which changes the length of the rows of the weight');
  if (more === undefined) return;
  throw badModel(
    `The adapter ${adapter} cannot be weighted or added to others: it ${more} ${name}; use it alone, without a weight.`,
  );
}
