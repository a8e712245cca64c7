import { Bootstrap, mean } from '../metrics/interval.ts';
import { lengthInWords } from '../metrics/measure.ts';
import type { Prompt } from '../../protocol/options.ts';
import { methodOf, ownOf, type SetupResult } from './analysis.ts';
import type { Cell, Table } from './table.ts';

/** Most words of a short and of a medium draft. */
const [shortest, medium] = [30, 80];

/** Groups of prompts by the words of their draft, in the order of the table. */
const groups: readonly { readonly name: string; readonly holds: (prompt: Prompt) => boolean }[] = [
  { name: 'no draft', holds: ({ draft }) => draft === undefined },
  { name: `1 to ${shortest} words`, holds: (prompt) => wordsOf(prompt, 1, shortest) },
  { name: `${shortest + 1} to ${medium} words`, holds: (p) => wordsOf(p, shortest + 1, medium) },
  { name: `more than ${medium} words`, holds: (p) => wordsOf(p, medium + 1, Infinity) },
];

/** Reward by the length of the draft that a prompt asks to rewrite; only setups with drafts. */
export function draftTable(results: readonly SetupResult[], seed: number): Table {
  const drafted = results.filter(({ setup }) =>
    setup.prompts.some(({ draft }) => draft !== undefined),
  );
  return {
    id: 'drafts',
    title: 'Reward by length of draft',
    notes: [
      'Mean target reward over the prompts of each group; difference of TQ* and dpo, paired by prompt, with its 95% bootstrap interval over the prompts of the group.',
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Draft' },
      { name: 'Prompts', digits: 0 },
      { name: 'sft', digits: 3 },
      { name: 'dpo', digits: 3 },
      { name: 'cd', digits: 3 },
      { name: 'TQ*', digits: 3 },
      { name: 'TQ* less dpo', digits: 3 },
    ],
    rows: drafted.flatMap((result) =>
      groups.flatMap(({ name, holds }) => {
        const own = result.setup.prompts.flatMap((prompt, index) => (holds(prompt) ? [index] : []));
        return own.length === 0 ? [] : [groupRow(result, name, own, seed)];
      }),
    ),
  };
}

function groupRow(
  result: SetupResult,
  group: string,
  prompts: readonly number[],
  seed: number,
): Cell[] {
  const of = (rewards: readonly number[] | undefined): number[] | undefined =>
    rewards && prompts.map((index) => rewards[index]!);
  const [sft, dpo, cd] = (['sft', 'dpo', 'cd'] as const).map((method) =>
    of(methodOf(result, method)?.rewards),
  );
  const own = of(ownOf(result)?.rewards);
  const meanOf = (values: readonly number[] | undefined): Cell => (values ? mean(values) : null);
  return [
    result.setup.id,
    group,
    prompts.length,
    ...[sft, dpo, cd, own].map(meanOf),
    own && dpo ? new Bootstrap(prompts.length, seed).difference(own, dpo) : null,
  ];
}

function wordsOf({ draft }: Prompt, least: number, most: number): boolean {
  if (draft === undefined) return false;
  const words = lengthInWords(draft);
  return words >= least && words <= most;
}

/** The mean reward of each seed, of the variants that are sampled. */
export function seedTable(results: readonly SetupResult[]): Table {
  const sampled = results.flatMap(({ setup, main, bestOf, bootstrap }) =>
    [...new Set([...main, ...bestOf])]
      .filter(({ rewardsBySeed }) => rewardsBySeed.length > 1)
      .map((each) => ({ setup, each, bootstrap })),
  );
  return {
    id: 'seeds',
    title: 'Seeds',
    notes: [
      'Mean target reward of each seed of what is sampled, with 95% bootstrap intervals over prompts. The other tables have the mean over the seeds of each prompt.',
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Method' },
      { name: 'N', digits: 0 },
      { name: 'Seed', digits: 0 },
      { name: 'Reward', digits: 3 },
    ],
    rows: sampled.flatMap(({ setup, each: { variant, rewardsBySeed }, bootstrap }) =>
      rewardsBySeed.map((rewards, index): Cell[] => [
        setup.id,
        variant.method,
        variant.bestOf,
        index + 1,
        bootstrap.mean(rewards),
      ]),
    ),
  };
}
