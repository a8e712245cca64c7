import type { SmallMdp } from './theorem.ts';
import { logSumExp } from '../../decoding/softmax.ts';

/**
 * What stands in the place of Q* of (5): the value of pi_BL's continuations (TQ*), of pi_SFT's
 * (controlled decoding), or of none, the reward of the unfinished response (ARGS).
 */
export const valueSources = ['tq', 'cd', 'args-sft'] as const;
export type ValueSource = (typeof valueSources)[number];

/** One method on one MDP, exactly. */
export interface ExactMethod {
  /** Largest reward less E r under rho_alg. */
  readonly gap: number;
  /** Mean of |value - Q*| over all states and tokens, in units of the reward. */
  readonly valueError: number;
}

interface Node {
  /** E r of going on with the method, with pi_SFT, with pi_BL; the best reward to be had. */
  readonly decoded: Readonly<Record<ValueSource, number>>;
  readonly reference: number;
  readonly baseline: number;
  readonly optimal: number;
  /** log of E_SFT[exp(r/beta)], from which pi_BL follows, (7). */
  readonly logNormaliser: number;
  readonly errors: Readonly<Record<ValueSource, number>>;
  /** States below and with this one, ends left out. */
  readonly states: number;
}

/**
 * Decodes with every method by enumerating all responses. Each is (12) with its own value and its
 * own policy: pi_BL for TQ*, pi_SFT for controlled decoding and ARGS.
 */
export function exactMethods(
  mdp: SmallMdp,
  alpha: number,
  beta: number,
): Readonly<Record<ValueSource, ExactMethod>> {
  const root = enumerate(mdp, alpha, beta, []);
  const method = (source: ValueSource): ExactMethod => ({
    gap: root.optimal - root.decoded[source],
    valueError: root.errors[source] / root.states,
  });
  return { tq: method('tq'), cd: method('cd'), 'args-sft': method('args-sft') };
}

function enumerate(mdp: SmallMdp, alpha: number, beta: number, state: readonly number[]): Node {
  if (state.at(-1) === 0 || state.length === mdp.horizon) return leaf(mdp.reward(state), beta);
  const logs = mdp.referenceLogProbs(state);
  const next = logs.map((_, token) => enumerate(mdp, alpha, beta, [...state, token]));
  const exponents = logs.map((log, token) => log + next[token]!.logNormaliser);
  const logNormaliser = logSumExp(exponents);
  const baselineLogs = exponents.map((exponent) => exponent - logNormaliser);
  const values: Record<ValueSource, readonly number[]> = {
    tq: next.map(({ baseline }) => baseline),
    cd: next.map(({ reference }) => reference),
    // The response so far, taken as if it ended here.
    'args-sft': logs.map((_, token) => mdp.reward([...state, token])),
  };
  const policies = { tq: baselineLogs, cd: logs, 'args-sft': logs };
  const optimal = next.map((each) => each.optimal);
  const bySource = (of: (source: ValueSource) => number): Record<ValueSource, number> => ({
    tq: of('tq'),
    cd: of('cd'),
    'args-sft': of('args-sft'),
  });
  return {
    decoded: bySource((source) => {
      const scores = policies[source].map((log, token) => log + values[source][token]! / alpha);
      return expectation(
        normalised(scores),
        next.map(({ decoded }) => decoded[source]),
      );
    }),
    reference: expectation(
      logs,
      next.map(({ reference }) => reference),
    ),
    baseline: expectation(
      baselineLogs,
      next.map(({ baseline }) => baseline),
    ),
    optimal: Math.max(...optimal),
    logNormaliser,
    errors: bySource((source) => {
      const here = values[source].reduce((sum, value, z) => sum + Math.abs(value - optimal[z]!), 0);
      return here / logs.length + next.reduce((sum, { errors }) => sum + errors[source], 0);
    }),
    states: 1 + next.reduce((sum, { states }) => sum + states, 0),
  };
}

function leaf(reward: number, beta: number): Node {
  return {
    decoded: { tq: reward, cd: reward, 'args-sft': reward },
    reference: reward,
    baseline: reward,
    optimal: reward,
    logNormaliser: reward / beta,
    errors: { tq: 0, cd: 0, 'args-sft': 0 },
    states: 0,
  };
}

function normalised(scores: readonly number[]): number[] {
  const normaliser = logSumExp(scores);
  return scores.map((score) => score - normaliser);
}

function expectation(logs: readonly number[], values: readonly number[]): number {
  return logs.reduce((sum, log, token) => sum + Math.exp(log) * values[token]!, 0);
}
