import { stream } from '../../decoding/random.ts';

const flips = 10_000;

/**
 * Two-sided p value of the mean of paired differences by random sign flips (Fisher 1935, Pitman
 * 1937): under the null hypothesis each difference is as likely to have the other sign. The
 * observed signs count as one of the flips, so p is at least 1/10,001.
 */
export function signFlipTest(differences: readonly number[], seed: number): number {
  const observed = Math.abs(sum(differences));
  // Sums of the same numbers in another order differ by rounding.
  const least = observed - 1e-9 * sum(differences.map(Math.abs));
  const random = stream(seed, 'sample', 0);
  let asLarge = 1;
  for (let flip = 0; flip < flips; flip += 1) {
    let total = 0;
    for (const each of differences) total += random.uniform() < 0.5 ? each : -each;
    if (Math.abs(total) >= least) asLarge += 1;
  }
  return asLarge / (flips + 1);
}

/**
 * Two-sided p value of the exact sign test: wins and losses are equally likely under the null
 * hypothesis, ties say nothing; 1 without wins and losses.
 */
export function signTest(wins: number, losses: number): number {
  const count = wins + losses;
  let ways = 1;
  let tail = 0;
  for (let few = 0; few <= Math.min(wins, losses); few += 1) {
    tail += ways * 0.5 ** count;
    ways *= (count - few) / (few + 1);
  }
  return Math.min(1, 2 * tail);
}

/**
 * Holm's step-down correction (1979): p values adjusted for their number, in the order given. Those
 * below 0.05 keep the chance of any false finding among all of them below 5%.
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const adjusted = new Array<number>(values.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * values[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
