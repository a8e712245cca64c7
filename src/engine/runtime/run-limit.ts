/** Bounds the wait before a cancel. */
const maxPositions = 256;

/**
 * A model's attention makes several tables of positions read times positions seen, for each head.
 */
const maxScores = 2 ** 19;

/**
 * How many positions one run may read of a text that is `seen` tokens long: fewer of a long one,
 * for the runtime keeps the memory of its largest run.
 */
export function runLimit(seen: number): number {
  return Math.max(16, Math.min(maxPositions, Math.floor(maxScores / (seen + maxPositions))));
}
