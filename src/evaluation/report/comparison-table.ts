import type { Estimate } from '../metrics/interval.ts';
import { holm, signFlipTest } from '../metrics/significance.ts';
import type { Measured } from '../metrics/measure.ts';
import { methodOf, ownOf, type SetupResult } from './analysis.ts';
import type { Cell, Table } from './table.ts';

/** Chance of any false finding in the table. */
const level = 0.05;

/** The orderings that the paper claims, each as a paired difference. */
export function comparisonTable(results: readonly SetupResult[], seed: number): Table {
  const found = results.flatMap((result) =>
    pairsOf(result).map(([first, second]) => compare(result, first, second, seed)),
  );
  const adjusted = holm(found.map(({ p }) => p));
  return {
    id: 'comparisons',
    title: 'Orderings',
    notes: [
      'Mean paired difference of target reward with its 95% interval (bootstrap over prompts). p: two-sided sign-flip test over prompts, 10,000 flips.',
      `Holm: p after Holm's correction for the ${found.length} comparisons of this table; "higher" or "lower" if it is below ${level}. An interval is not corrected, so it may exclude 0 where the verdict is "not certain".`,
      'More, same, less: prompts on which the first method has more, the same or less reward.',
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Claim' },
      { name: 'Difference', digits: 3 },
      { name: 'p', digits: 4 },
      { name: 'Holm', digits: 4 },
      { name: 'Verdict' },
      { name: 'More', digits: 0 },
      { name: 'Same', digits: 0 },
      { name: 'Less', digits: 0 },
    ],
    rows: found.map(({ setup, claim, difference, p, more, same, less }, index): Cell[] => {
      const corrected = adjusted[index]!;
      const verdict =
        corrected >= level ? 'not certain' : difference.value > 0 ? 'higher' : 'lower';
      return [setup, claim, difference, p, corrected, verdict, more, same, less];
    }),
  };
}

interface Comparison {
  readonly setup: string;
  readonly claim: string;
  readonly difference: Estimate;
  readonly p: number;
  /** Numbers of prompts. */
  readonly more: number;
  readonly same: number;
  readonly less: number;
}

/** TQ* against each other method, and the baseline policy against the reference policy. */
function pairsOf(result: SetupResult): (readonly [Measured, Measured])[] {
  const own = ownOf(result);
  const baseline = methodOf(result, 'dpo');
  const reference = methodOf(result, 'sft');
  return [
    ...(own
      ? result.main.filter((each) => each !== own).map((other) => [own, other] as const)
      : []),
    ...(baseline && reference ? [[baseline, reference] as const] : []),
  ];
}

function compare(
  { setup, bootstrap }: SetupResult,
  first: Measured,
  second: Measured,
  seed: number,
): Comparison {
  const differences = first.rewards.map((reward, index) => reward - second.rewards[index]!);
  // Means over seeds of equal rewards differ by rounding.
  const leads = differences.map((each, index) => {
    const size = Math.max(Math.abs(first.rewards[index]!), Math.abs(second.rewards[index]!));
    return Math.abs(each) <= 1e-9 * size ? 0 : Math.sign(each);
  });
  const more = leads.filter((lead) => lead > 0).length;
  const less = leads.filter((lead) => lead < 0).length;
  return {
    setup: setup.id,
    claim: `${first.variant.method} > ${second.variant.method}`,
    difference: bootstrap.difference(first.rewards, second.rewards),
    p: signFlipTest(differences, seed),
    more,
    same: differences.length - more - less,
    less,
  };
}
