/** Median and extremes of repeated measurements. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Number of measurements. */
  readonly count: number;
}

/** @throws RangeError without values */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The median of no values is not defined.');
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Ratios of paired measurements of two variants; pairs taken together cancel the machine's slow
 * phases.
 * @throws RangeError if the lists differ in length
 */
export function pairedRatios(values: readonly number[], others: readonly number[]): Spread {
  if (values.length !== others.length) {
    throw new RangeError(`${values.length} values cannot be paired with ${others.length}.`);
  }
  return spreadOf(values.map((value, index) => value / others[index]!));
}

/** Ratio of the total times of two variants. */
export function totalRatio(values: readonly number[], others: readonly number[]): number {
  return sum(values) / sum(others);
}
