import type { Candidate } from './policy.ts';
import { gumbel, stream } from './random.ts';

/** A candidate with its sampling noise, drawn before any valuation. */
export interface DrawnCandidate extends Candidate {
  /** temperature * g, g a standard Gumbel number; 0 when greedy. */
  readonly noise: number;
}

/** What rollouts say about a candidate, apart from its log pi. */
export interface Estimate {
  /** TQ*(s, z), (10) or (16), or the method's own value. */
  readonly value: number;
  /**
   * log pi_ref(z|s) - log pi(z|s) of (17) up to a constant of s: the estimate of log
   * E_BL[exp((r - r_BL)/beta) | s, z] where pi_ref is derived from (15), 0 where pi_ref is pi.
   */
  readonly logMeanWeight: number;
}

/** An estimate's bounds: both numbers of every estimate lie between those of `low` and `high`. */
export interface EstimateBounds {
  readonly low: Estimate;
  readonly high: Estimate;
}

/** A candidate's score log pi_ref(z|s) + value/alpha, the exponent of (12) and (17). */
export function scoreOf(
  { logProb }: Candidate,
  { value, logMeanWeight }: Estimate,
  alpha: number,
): number {
  return logProb + logMeanWeight + value / alpha;
}

/**
 * What the choice maximises: the score plus the noise that makes the argmax a sample of
 * softmax(score/temperature). It never decreases in either number of the estimate, even in floating
 * point, so bounds of the estimate give bounds of the key.
 */
export function keyOf(candidate: DrawnCandidate, estimate: Estimate, alpha: number): number {
  return scoreOf(candidate, estimate, alpha) + candidate.noise;
}

/** True when a wins over b: larger key, then larger log pi, then smaller token id. */
export function wins(a: Candidate, keyA: number, b: Candidate, keyB: number): boolean {
  if (keyA !== keyB) return keyA > keyB;
  if (a.logProb !== b.logProb) return a.logProb > b.logProb;
  return a.token < b.token;
}

/**
 * Draws one Gumbel number per candidate, each from its own stream: the numbers do not depend on
 * which candidates are valued later. Leaves out candidates of probability 0.
 */
export function drawNoise(
  candidates: readonly Candidate[],
  temperature: number,
  seed: number,
  step: number,
): DrawnCandidate[] {
  return candidates
    .filter(({ logProb }) => logProb > -Infinity)
    .map(({ token, logProb }) => ({
      token,
      logProb,
      noise: temperature === 0 ? 0 : temperature * gumbel(stream(seed, 'choice', step, token)),
    }));
}
