import { softmax } from '../../decoding/softmax.ts';
import { alignedStep, expectation, foldResponses, normalised, type SmallMdp } from './small-mdp.ts';

/** The exact quantities of Theorem 1, rewards in reward units and divergences in nats. */
export interface Theorem1 {
  /** E r under rho*, the response of largest reward, under rho_r, (7), and under rho_alg. */
  readonly optimalReward: number;
  readonly baselineReward: number;
  readonly decodedReward: number;
  /** Gap(x), (18): the optimal reward less that of rho_alg. */
  readonly gap: number;
  /** beta KL(rho* || rho_SFT) - alpha h_alpha, (19). */
  readonly gapBound: number;
  /** KL(rho* || rho_SFT). */
  readonly optimalDivergence: number;
  /** KL(rho_r || rho_SFT). */
  readonly baselineDivergence: number;
  /** KL(rho* || rho_r). */
  readonly optimalToBaseline: number;
  /**
   * h_alpha = sum over t of E KL(pi_alg(.|s_t) || pi_BL(.|s_t)). The proof telescopes
   * E_BL r - E_alg r by following pi_alg for one more token each time, so the expectation is over
   * the states that the algorithm visits, s_t ~ rho_alg; the sum is KL(rho_alg || rho_BL).
   */
  readonly h: number;
  /** The same sum with KL(pi_BL || pi_alg). */
  readonly reverseH: number;
  /** KL(rho_alg || rho_SFT). */
  readonly decodedDivergence: number;
  /** (1/beta + T/alpha) r_max, (20), with r_max the largest reward; holds for rewards >= 0. */
  readonly divergenceBound: number;
}

/** Sums over all responses that begin with one state. */
interface Subtree {
  /** log of Z_r(s) = E_SFT[exp(r/beta) | s]. */
  readonly logNormaliser: number;
  /** E r under rho_BL, and under rho_alg. */
  readonly baselineReward: number;
  readonly decodedReward: number;
  /** The largest reward; log pi_SFT and log pi_BL of its response. */
  readonly optimalReward: number;
  readonly optimalReferenceLogProb: number;
  readonly optimalBaselineLogProb: number;
  readonly baselineDivergence: number;
  readonly h: number;
  readonly reverseH: number;
  readonly decodedDivergence: number;
}

/**
 * Computes both sides of both bounds of Theorem 1 by enumerating every response: pi_BL from
 * rho_r, TQ* by (10), pi_alg by (12).
 */
export function theorem1(mdp: SmallMdp, alpha: number, beta: number): Theorem1 {
  const root = foldResponses<Subtree>(mdp, {
    leaf: (reward) => leaf(reward, beta),
    join: (_, reference, next) => joined(reference, next, alpha),
  });
  const optimalDivergence = -root.optimalReferenceLogProb;
  return {
    optimalReward: root.optimalReward,
    baselineReward: root.baselineReward,
    decodedReward: root.decodedReward,
    gap: root.optimalReward - root.decodedReward,
    gapBound: beta * optimalDivergence - alpha * root.h,
    optimalDivergence,
    baselineDivergence: root.baselineDivergence,
    optimalToBaseline: -root.optimalBaselineLogProb,
    h: root.h,
    reverseH: root.reverseH,
    decodedDivergence: root.decodedDivergence,
    divergenceBound: (1 / beta + mdp.horizon / alpha) * root.optimalReward,
  };
}

function joined(reference: readonly number[], next: readonly Subtree[], alpha: number): Subtree {
  const each = (name: keyof Subtree): number[] => next.map((subtree) => subtree[name]);
  const { logProbs: baselineLogs, logNormaliser } = alignedStep(reference, each('logNormaliser'));
  const baseline = baselineLogs.map(Math.exp);
  const scores = baselineLogs.map((logProb, z) => logProb + next[z]!.baselineReward / alpha);
  const decoded = softmax(scores);
  const decodedLogs = normalised(scores);
  const forward = divergence(decodedLogs, baselineLogs);
  const best = next.reduce((a, b) => (b.optimalReward > a.optimalReward ? b : a));
  const chosen = next.indexOf(best);
  return {
    logNormaliser,
    baselineReward: expectation(baseline, each('baselineReward')),
    decodedReward: expectation(decoded, each('decodedReward')),
    optimalReward: best.optimalReward,
    optimalReferenceLogProb: reference[chosen]! + best.optimalReferenceLogProb,
    optimalBaselineLogProb: baselineLogs[chosen]! + best.optimalBaselineLogProb,
    baselineDivergence:
      divergence(baselineLogs, reference) + expectation(baseline, each('baselineDivergence')),
    h: forward + expectation(decoded, each('h')),
    reverseH: divergence(baselineLogs, decodedLogs) + expectation(decoded, each('reverseH')),
    decodedDivergence:
      divergence(decodedLogs, reference) + expectation(decoded, each('decodedDivergence')),
  };
}

function leaf(reward: number, beta: number): Subtree {
  return {
    logNormaliser: reward / beta,
    baselineReward: reward,
    decodedReward: reward,
    optimalReward: reward,
    optimalReferenceLogProb: 0,
    optimalBaselineLogProb: 0,
    baselineDivergence: 0,
    h: 0,
    reverseH: 0,
    decodedDivergence: 0,
  };
}

/** KL of two distributions over all tokens, from their logs. */
function divergence(logs: readonly number[], otherLogs: readonly number[]): number {
  return logs.reduce((total, log, token) => total + Math.exp(log) * (log - otherLogs[token]!), 0);
}
