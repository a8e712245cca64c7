import { logSumExp } from '../../decoding/softmax.ts';

/**
 * A token-level MDP for one prompt, small enough to enumerate every response. Token 0 ends a
 * response; one without it ends after `horizon` tokens (T).
 */
export interface SmallMdp {
  readonly horizon: number;
  /** log pi_SFT(z|s), one finite number per token. */
  referenceLogProbs(state: readonly number[]): readonly number[];
  /**
   * r(x, y) of a whole response. ARGS also asks for the reward of an unfinished one; which meaning
   * that has depends on the family of the reward.
   */
  reward(text: readonly number[]): number;
}

/** What `foldResponses` computes at whole responses, and at a state from its next states. */
export interface Fold<T> {
  /** @param response the tokens of a whole response */
  leaf(reward: number, response: readonly number[]): T;
  /**
   * @param reference log pi_SFT(z|s), [vocabulary]
   * @param next values of the states s z, [vocabulary]
   */
  join(state: readonly number[], reference: readonly number[], next: readonly T[]): T;
}

/** Enumerates every response below a state, from the ends back to the state. */
export function foldResponses<T>(mdp: SmallMdp, fold: Fold<T>, state: readonly number[] = []): T {
  if (state.at(-1) === 0 || state.length === mdp.horizon) {
    return fold.leaf(mdp.reward(state), state);
  }
  const reference = mdp.referenceLogProbs(state);
  const next = reference.map((_, token) => foldResponses(mdp, fold, [...state, token]));
  return fold.join(state, reference, next);
}

/**
 * The baseline policy at one state: the mass of rho_r that goes through each token, as (7) implies.
 * @param reference log pi_SFT(z|s), [vocabulary]
 * @param logNormalisers log E_SFT[exp(r/beta)] of each next state, [vocabulary]
 */
export function alignedStep(
  reference: readonly number[],
  logNormalisers: readonly number[],
): { readonly logProbs: readonly number[]; readonly logNormaliser: number } {
  const exponents = reference.map((logProb, token) => logProb + logNormalisers[token]!);
  const logNormaliser = logSumExp(exponents);
  return { logProbs: exponents.map((exponent) => exponent - logNormaliser), logNormaliser };
}

/** Logarithms of the probabilities that are proportional to exp(scores). */
export function normalised(scores: readonly number[]): number[] {
  const normaliser = logSumExp(scores);
  return scores.map((score) => score - normaliser);
}

/** Sum over tokens of probability times value. */
export function expectation(probabilities: readonly number[], values: readonly number[]): number {
  return probabilities.reduce((total, p, token) => total + p * values[token]!, 0);
}
