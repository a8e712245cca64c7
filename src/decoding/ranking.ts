import type { Candidate } from './policy.ts';
import { gumbel, stream } from './random.ts';

/** A candidate with its sampling noise, drawn before any valuation. */
export interface DrawnCandidate extends Candidate {
  /** temperature * g, g a standard Gumbel number; 0 when greedy. */
  readonly noise: number;
}

/** A candidate's score log pi(z|s) + value/alpha, the exponent of (12). */
export function scoreOf(candidate: Candidate, value: number, alpha: number): number {
  return candidate.logProb + value / alpha;
}

/**
 * What the choice maximises: the score plus the noise that makes the argmax a sample of
 * softmax(score/temperature). It never decreases in `value`, even in floating point, so a bound of
 * the value gives a bound of the key.
 */
export function keyOf(candidate: DrawnCandidate, value: number, alpha: number): number {
  return scoreOf(candidate, value, alpha) + candidate.noise;
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
