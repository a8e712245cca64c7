import type { Candidate } from './policy.ts';
import { gumbel, stream } from './random.ts';

/** A candidate with its share of the sampling randomness, drawn before anything is valued. */
export interface DrawnCandidate extends Candidate {
  /** temperature * g, g a standard Gumbel number; 0 when greedy. */
  readonly noise: number;
}

/** A candidate's score log pi(z|s) + value/alpha, the exponent of (12). */
export function scoreOf(candidate: Candidate, value: number, alpha: number): number {
  return candidate.logProb + value / alpha;
}

/**
 * What the choice maximises: the score, and the noise that makes the argmax a sample of
 * softmax(score/temperature). It does not decrease in `value`, in floating point either, so that
 * with a bound of the value it is a bound of the key.
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
 * Draws one Gumbel number a candidate, each from its own stream: the numbers are the same whichever
 * candidates are valued later. Candidates without probability are left out.
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
