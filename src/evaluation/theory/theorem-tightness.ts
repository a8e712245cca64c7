import { stream } from '../../decoding/random.ts';
import type { RandomStream } from '../../decoding/policy.ts';
import { logSumExp } from '../../decoding/softmax.ts';
import { theorem1, type SmallMdp, type Theorem1 } from './theorem.ts';

/** One random MDP with its parameters and both bounds of Theorem 1. */
export interface TheoremCase {
  readonly vocabularySize: number;
  readonly horizon: number;
  readonly alpha: number;
  readonly beta: number;
  readonly theorem: Theorem1;
}

/** How much of a bound is used: left side over right side, 1 where they meet. */
export interface Tightness {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Both bounds of Theorem 1 over many random MDPs. */
export interface TheoremReport {
  readonly cases: readonly TheoremCase[];
  /** Gap(x) over its bound (19). */
  readonly gap: Tightness;
  /** KL(rho_alg || rho_SFT) over its bound (20). */
  readonly divergence: Tightness;
  /** Cases in which a side exceeds its bound by more than rounding. */
  readonly violations: number;
  /** Cases in which (19) fails when h_alpha is taken over rho* instead of rho_alg. */
  readonly violationsUnderOptimal: number;
}

const rounding = 1e-9;

/**
 * Checks Theorem 1 exactly on `count` random MDPs: vocabulary 3 to 6, T of 3 to 5, rewards in
 * [0, 1], alpha and beta log-uniform in [0.05, 5].
 */
export function theoremReport(count: number, seed: number): TheoremReport {
  const cases = Array.from({ length: count }, (_, index) => randomCase(seed, index));
  const theorems = cases.map(({ theorem }) => theorem);
  return {
    cases,
    gap: tightness(theorems.map(({ gap, gapBound }) => gap / gapBound)),
    divergence: tightness(theorems.map((each) => each.decodedDivergence / each.divergenceBound)),
    violations: theorems.filter(
      (each) =>
        each.gap > each.gapBound + rounding ||
        each.decodedDivergence > each.divergenceBound + rounding,
    ).length,
    violationsUnderOptimal: cases.filter(
      ({ theorem, alpha, beta }) =>
        theorem.gap > beta * theorem.optimalDivergence - alpha * theorem.hUnderOptimal + rounding,
    ).length,
  };
}

/** A random small MDP: logits and rewards drawn anew for every state and response. */
export function randomMdp(vocabularySize: number, horizon: number, seed: number): SmallMdp {
  const streamOf = (tokens: readonly number[], purpose: 'choice' | 'sample'): RandomStream =>
    stream(
      seed,
      purpose,
      tokens.length,
      tokens.reduce((code, token) => code * vocabularySize + token, 0),
    );
  return {
    horizon,
    referenceLogProbs(state) {
      const random = streamOf(state, 'choice');
      const logits = Array.from({ length: vocabularySize }, () => 4 * random.uniform());
      const normaliser = logSumExp(logits);
      return logits.map((logit) => logit - normaliser);
    },
    reward: (response) => streamOf(response, 'sample').uniform(),
  };
}

function randomCase(seed: number, index: number): TheoremCase {
  const random = stream(seed, 'choice', index);
  const vocabularySize = 3 + Math.floor(4 * random.uniform());
  const horizon = 3 + Math.floor(3 * random.uniform());
  const alpha = 0.05 * 100 ** random.uniform();
  const beta = 0.05 * 100 ** random.uniform();
  const mdp = randomMdp(vocabularySize, horizon, seed * 65_537 + index);
  return { vocabularySize, horizon, alpha, beta, theorem: theorem1(mdp, alpha, beta) };
}

function tightness(ratios: readonly number[]): Tightness {
  return {
    mean: ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length,
    min: Math.min(...ratios),
    max: Math.max(...ratios),
  };
}
