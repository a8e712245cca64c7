import { logSumExp } from '../softmax.ts';

/**
 * KL(pi_alg(.|s) || pi_ref(.|s)) in nats, where pi_alg is the softmax of the k candidates' scores,
 * (12), and has no mass outside them.
 * @param referenceLogProbs log pi_ref of the same k tokens
 */
export function divergenceOfScores(
  scores: readonly number[],
  referenceLogProbs: readonly number[],
): number {
  const normaliser = logSumExp(scores);
  return nonNegative(
    scores.reduce((total, score, index) => {
      const logProb = score - normaliser;
      return total + relativeTerm(logProb, referenceLogProbs[index]!);
    }, 0),
  );
}

/**
 * KL(pi(.|s) || pi_ref(.|s)) in nats on the k given tokens. The rest of the vocabulary counts as
 * one more event, so this is a lower bound of the KL over the whole vocabulary.
 */
export function divergenceWithRest(
  logProbs: readonly number[],
  referenceLogProbs: readonly number[],
): number {
  const inside = logProbs.reduce(
    (total, logProb, index) => total + relativeTerm(logProb, referenceLogProbs[index]!),
    0,
  );
  return nonNegative(inside + relativeTerm(logRest(logProbs), logRest(referenceLogProbs)));
}

/** p log(p/q) from log p and log q, 0 where p is 0. */
function relativeTerm(logP: number, logQ: number): number {
  return logP === -Infinity ? 0 : Math.exp(logP) * (logP - logQ);
}

/**
 * Log of the probability mass outside the given tokens; at least epsilon, so that it stays finite.
 */
function logRest(logProbs: readonly number[]): number {
  const mass = logProbs.reduce((total, logProb) => total + Math.exp(logProb), 0);
  return Math.log(Math.max(1 - mass, Number.EPSILON));
}

function nonNegative(divergence: number): number {
  return Math.max(divergence, 0);
}
