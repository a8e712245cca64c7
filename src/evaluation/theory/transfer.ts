import type { RandomStream } from '../../decoding/policy.ts';
import { logSumExp } from '../../decoding/softmax.ts';
import { selfNormalisedValue } from '../../decoding/value.ts';
import { alignedStep, expectation, foldResponses, normalised, type SmallMdp } from './small-mdp.ts';

/**
 * Ways to decode towards r a pi_BL that was aligned to r_BL:
 *
 * - `dt`, direct transfer: log pi_BL + E_BL[r]/alpha;
 * - `baseline`, (17) with pi_BL as reference, as in the authors' code: log pi_BL + (16)/alpha;
 * - `derived`, (17) with the token-level policy of (15) as reference:
 *   log pi_BL + log E_BL[exp((r - r_BL)/beta) | s, z] + (16)/alpha.
 */
export const transferMethods = ['dt', 'baseline', 'derived'] as const;
export type TransferMethod = (typeof transferMethods)[number];

/** One way to write: with exact expectations or n drawn rollouts, from (12) or greedily. */
export interface TransferVariant {
  readonly method: TransferMethod;
  readonly rollouts: 'exact' | 'drawn';
  readonly choice: 'sampled' | 'greedy';
}

export const transferVariants: readonly TransferVariant[] = transferMethods.flatMap((method) =>
  (['exact', 'drawn'] as const).flatMap((rollouts) =>
    (['sampled', 'greedy'] as const).map((choice) => ({ method, rollouts, choice })),
  ),
);

/** Rollouts drawn for each candidate. */
export interface Draws {
  /** n of Algorithm 1. */
  readonly count: number;
  /** How often all candidates of a state are drawn again, to average the policy of the state. */
  readonly repeats: number;
  readonly random: RandomStream;
}

/** What the methods know about the candidates of a state, each list [vocabulary]. */
interface Estimates {
  /** E_BL[r | s, z]. */
  readonly means: readonly number[];
  /** (16). */
  readonly indirect: readonly number[];
  /** log E_BL[exp((r - r_BL)/beta) | s, z]. */
  readonly logWeights: readonly number[];
}

/** Whole responses below one state, with their log-probabilities under rho_BL there. */
interface Responses {
  readonly rewards: readonly number[];
  readonly baselineRewards: readonly number[];
  readonly logMasses: readonly number[];
}

interface State {
  readonly baseline: readonly number[];
  readonly exact: Estimates;
  readonly drawn: readonly Estimates[];
  readonly next: readonly TransferTree[];
}

/** A state and everything below it, ready to be decoded at any alpha. */
export interface TransferTree {
  readonly responses: Responses;
  /** log E_SFT[exp(r_BL/beta)], which gives pi_BL by (7). */
  readonly logNormaliser: number;
  /** Undefined at the end of a response. */
  readonly state: State | undefined;
}

/**
 * Enumerates every response of `target` with the r_BL of `baseline`.
 * @param baseline an MDP with the pi_SFT of `target`; its reward is r_BL
 */
export function transferTree(
  target: SmallMdp,
  baseline: SmallMdp,
  beta: number,
  draws: Draws,
): TransferTree {
  return foldResponses<TransferTree>(target, {
    leaf(reward, response) {
      const baselineReward = baseline.reward(response);
      return {
        responses: { rewards: [reward], baselineRewards: [baselineReward], logMasses: [0] },
        logNormaliser: baselineReward / beta,
        state: undefined,
      };
    },
    join(_, reference, next) {
      const { logProbs, logNormaliser } = alignedStep(
        reference,
        next.map((each) => each.logNormaliser),
      );
      const below = next.map(({ responses }) => responses);
      const exact = estimates(below, beta);
      return {
        responses: joinedResponses(below, logProbs),
        logNormaliser,
        state: {
          baseline: logProbs,
          exact,
          drawn: drawnEstimates(below, beta, draws, exact),
          next,
        },
      };
    },
  });
}

/** The largest reward minus E r under pi_BL itself. */
export function baselineGap({ responses: { rewards, logMasses } }: TransferTree): number {
  return Math.max(...rewards) - expectation(logMasses.map(Math.exp), rewards);
}

/**
 * The largest reward minus E r of each variant, in the order of `transferVariants`. The rollouts of
 * every step are drawn independently, so the text of Algorithm 1 has in each state the mean, over
 * the draws, of the policies that they give.
 */
export function decodeTransfer(tree: TransferTree, alpha: number): number[] {
  const optimal = Math.max(...tree.responses.rewards);
  return decodedRewards(tree, alpha).map((reward) => optimal - reward);
}

function decodedRewards({ responses, state }: TransferTree, alpha: number): readonly number[] {
  if (state === undefined) return transferVariants.map(() => responses.rewards[0]!);
  const below = state.next.map((tree) => decodedRewards(tree, alpha));
  return transferVariants.map(({ method, rollouts, choice }, index) => {
    const rewards = below.map((each) => each[index]!);
    const all = rollouts === 'exact' ? [state.exact] : state.drawn;
    const total = all.reduce((sum, estimate) => {
      const scores = scoresOf(method, state.baseline, estimate, alpha);
      return sum + chosenReward(scores, rewards, choice);
    }, 0);
    return total / all.length;
  });
}

function scoresOf(
  method: TransferMethod,
  baseline: readonly number[],
  { means, indirect, logWeights }: Estimates,
  alpha: number,
): number[] {
  switch (method) {
    case 'dt':
      return baseline.map((logProb, z) => logProb + means[z]! / alpha);
    case 'baseline':
      return baseline.map((logProb, z) => logProb + indirect[z]! / alpha);
    case 'derived':
      return baseline.map((logProb, z) => logProb + logWeights[z]! + indirect[z]! / alpha);
  }
}

function chosenReward(
  scores: readonly number[],
  rewards: readonly number[],
  choice: TransferVariant['choice'],
): number {
  if (choice === 'greedy') return rewards[scores.indexOf(Math.max(...scores))]!;
  return expectation(normalised(scores).map(Math.exp), rewards);
}

/** The estimates from responses of each candidate, weighted by their masses. */
function estimates(candidates: readonly Responses[], beta: number): Estimates {
  return {
    means: candidates.map(({ rewards, logMasses }) =>
      expectation(logMasses.map(Math.exp), rewards),
    ),
    indirect: candidates.map(({ rewards, baselineRewards, logMasses }) =>
      selfNormalisedValue(rewards, baselineRewards, beta, logMasses),
    ),
    logWeights: candidates.map(({ rewards, baselineRewards, logMasses }) =>
      logSumExp(rewards.map((r, i) => logMasses[i]! + (r - baselineRewards[i]!) / beta)),
    ),
  };
}

/** One estimate for each repeat; without choice, rollouts give what exact expectations do. */
function drawnEstimates(
  candidates: readonly Responses[],
  beta: number,
  draws: Draws,
  exact: Estimates,
): readonly Estimates[] {
  if (candidates.every(({ rewards }) => rewards.length === 1)) return [exact];
  const drawers = candidates.map((responses) => drawerOf(responses, draws));
  return Array.from({ length: draws.repeats }, () =>
    estimates(
      drawers.map((draw) => draw()),
      beta,
    ),
  );
}

/** Draws n responses of rho_BL, each of mass 1/n. A candidate that ends has only one response. */
function drawerOf(responses: Responses, { count, random }: Draws): () => Responses {
  if (responses.rewards.length === 1) return () => responses;
  let total = 0;
  const cumulative = responses.logMasses.map((logMass) => (total += Math.exp(logMass)));
  const logMasses = Array.from({ length: count }, () => -Math.log(count));
  return () => {
    const drawn = logMasses.map(() => firstAbove(cumulative, random.uniform()));
    return {
      rewards: drawn.map((index) => responses.rewards[index]!),
      baselineRewards: drawn.map((index) => responses.baselineRewards[index]!),
      logMasses,
    };
  };
}

/** The first place of a rising list with a number above `bound`; the last one if none is. */
function firstAbove(rising: readonly number[], bound: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (rising[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

function joinedResponses(next: readonly Responses[], logProbs: readonly number[]): Responses {
  return {
    rewards: next.flatMap(({ rewards }) => rewards),
    baselineRewards: next.flatMap(({ baselineRewards }) => baselineRewards),
    logMasses: next.flatMap(({ logMasses }, z) => logMasses.map((mass) => mass + logProbs[z]!)),
  };
}
