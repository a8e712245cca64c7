import { logSumExp } from '../softmax.ts';

/** Unknown scores up to which every combination of their ends is tried. */
const enumerated = 10;

/** The numbers between which a number lies; equal if it is known. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/**
 * KL(p || q) in nats from the log-probabilities of the same tokens under both: the whole
 * vocabulary, or all tokens that p can write.
 */
export function divergenceOf(logP: ArrayLike<number>, logQ: ArrayLike<number>): number {
  let total = 0;
  for (let token = 0; token < logP.length; token += 1) {
    const log = logP[token]!;
    if (log > -Infinity) total += Math.exp(log) * (log - logQ[token]!);
  }
  return Math.max(total, 0);
}

/**
 * Bounds of KL(pi_alg(.|s) || pi_ref(.|s)) in nats over all scores within the given spans. Here
 * pi_alg is the softmax of the k candidates' scores, (12), with no mass outside them.
 *
 * With d = score - log pi_ref, the KL grows with the score of a candidate if its d is above the
 * mean of d under pi_alg, and falls if it is below. Both bounds follow from that.
 * @param referenceLogProbs log pi_ref of the same k tokens
 */
export function divergenceBounds(
  scores: readonly Span[],
  referenceLogProbs: readonly number[],
): Span {
  if (referenceLogProbs.includes(-Infinity)) return { low: Infinity, high: Infinity };
  const lows = scores.map(({ low }) => low);
  if (scores.length === 1 || scores.every(({ low, high }) => low === high)) {
    const known = divergenceOfScores(lows, referenceLogProbs);
    return { low: known, high: known };
  }
  const low = divergenceOfScores(closest(scores, referenceLogProbs), referenceLogProbs);
  return { low, high: Math.max(low, farthest(scores, referenceLogProbs)) };
}

/** KL of the softmax of some scores. */
function divergenceOfScores(scores: readonly number[], logQ: readonly number[]): number {
  const normaliser = logSumExp(scores);
  return divergenceOf(
    scores.map((score) => score - normaliser),
    logQ,
  );
}

/**
 * The scores of least KL: each d is as near to the mean of d as its span allows. The weighted
 * distance of d from a supposed mean falls with that mean, so bisection finds the true one.
 */
function closest(scores: readonly Span[], logQ: readonly number[]): number[] {
  const nearest = (mean: number): number[] =>
    scores.map(({ low, high }, i) => Math.min(Math.max(mean + logQ[i]!, low), high));
  let below = Math.min(...scores.map(({ low }, i) => low - logQ[i]!));
  let above = Math.max(...scores.map(({ high }, i) => high - logQ[i]!));
  for (let step = 0; step < 200; step += 1) {
    const mean = (below + above) / 2;
    if (mean === below || mean === above) break;
    if (meanExcess(nearest(mean), logQ) > mean) below = mean;
    else above = mean;
  }
  return nearest((below + above) / 2);
}

/** The mean of d under the softmax of the scores. */
function meanExcess(scores: readonly number[], logQ: readonly number[]): number {
  const normaliser = logSumExp(scores);
  return scores.reduce(
    (sum, score, i) => sum + Math.exp(score - normaliser) * (score - logQ[i]!),
    0,
  );
}

/** The largest KL: it is quasi-convex in each score, so every score is at an end of its span. */
function farthest(scores: readonly Span[], logQ: readonly number[]): number {
  const unknown = scores.flatMap(({ low, high }, index) => (low < high ? [index] : []));
  if (unknown.length > enumerated) return farthestOfMany(scores, logQ);
  const current = scores.map(({ low }) => low);
  let most = divergenceOfScores(current, logQ);
  for (let ends = 1; ends < 2 ** unknown.length; ends += 1) {
    unknown.forEach((index, bit) => {
      current[index] = (ends >> bit) & 1 ? scores[index]!.high : scores[index]!.low;
    });
    most = Math.max(most, divergenceOfScores(current, logQ));
  }
  return most;
}

/**
 * An upper bound of the largest KL. With Z the sum of exp(score) and M that of d exp(score), the KL
 * is M/Z - log Z. It is quasi-concave in (Z, M), so it is at most the largest on the upper hull of
 * what the ends of the spans add up to. The hull is a chain: from all low ends, scores rise to
 * their high end one by one, in the order of falling slope dM/dZ.
 */
function farthestOfMany(scores: readonly Span[], logQ: readonly number[]): number {
  const current = scores.map(({ low }) => low);
  const rises = scores
    .map((span, index) => ({ ...span, index, slope: slopeOf(span, logQ[index]!) }))
    .filter(({ low, high }) => low < high)
    .sort((a, b) => b.slope - a.slope);
  let most = 0;
  for (const { index, low, high, slope } of rises) {
    const normaliser = logSumExp(current);
    const mean = meanExcess(current, logQ);
    // With Z = 1 + rise in units of its value here, M/Z - log Z is largest at Z = slope - mean.
    const whole = Math.exp(high - normaliser) - Math.exp(low - normaliser);
    const rise = Math.min(Math.max(slope - mean - 1, 0), whole);
    most = Math.max(most, (mean + slope * rise) / (1 + rise) - Math.log1p(rise) - normaliser);
    current[index] = high;
  }
  return Math.max(most, divergenceOfScores(current, logQ));
}

/** dM/dZ of a score's rise from the low end of its span to the high one. */
function slopeOf({ low, high }: Span, logQ: number): number {
  const ratio = Math.exp(low - high);
  return (high - logQ - ratio * (low - logQ)) / (1 - ratio);
}
