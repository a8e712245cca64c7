import { alignedStep, expectation, foldResponses, normalised, type SmallMdp } from './small-mdp.ts';

/**
 * How a method estimates Q* of (5): by the value of pi_BL's continuations (TQ*), by the value of
 * pi_SFT's (controlled decoding), or by the reward of the unfinished response (ARGS).
 */
export const valueSources = ['tq', 'cd', 'args-sft'] as const;
export type ValueSource = (typeof valueSources)[number];

/** The exact result of one method on one MDP. */
export interface ExactMethod {
  /** Largest reward minus E r under rho_alg. */
  readonly gap: number;
  /** Mean of |value - Q*| over all states and tokens, in units of the reward. */
  readonly valueError: number;
}

interface Node {
  /** E r when the method, pi_SFT or pi_BL writes the rest; the largest reward of any rest. */
  readonly decoded: Readonly<Record<ValueSource, number>>;
  readonly reference: number;
  readonly baseline: number;
  readonly optimal: number;
  /** log E_SFT[exp(r/beta)], which gives pi_BL by (7). */
  readonly logNormaliser: number;
  readonly errors: Readonly<Record<ValueSource, number>>;
  /** This state and the states below it, without whole responses. */
  readonly states: number;
}

/** The policies themselves: pi_SFT, and pi_BL, which was aligned to r by (7). */
export type PlainPolicy = 'sft' | 'dpo';

/**
 * Computes every method exactly by enumerating all responses. Each decodes by (12) with its
 * estimate of Q*: TQ* from pi_BL, controlled decoding and ARGS from pi_SFT. `sft` and `dpo` decode
 * without a value.
 */
export function exactMethods(
  mdp: SmallMdp,
  alpha: number,
  beta: number,
): Readonly<Record<ValueSource, ExactMethod> & Record<PlainPolicy, Pick<ExactMethod, 'gap'>>> {
  const root = foldResponses<Node>(mdp, {
    leaf: (reward) => leaf(reward, beta),
    join: (state, reference, next) => joined(mdp, alpha, state, reference, next),
  });
  const method = (source: ValueSource): ExactMethod => ({
    gap: root.optimal - root.decoded[source],
    valueError: root.errors[source] / root.states,
  });
  return {
    tq: method('tq'),
    cd: method('cd'),
    'args-sft': method('args-sft'),
    sft: { gap: root.optimal - root.reference },
    dpo: { gap: root.optimal - root.baseline },
  };
}

function joined(
  mdp: SmallMdp,
  alpha: number,
  state: readonly number[],
  reference: readonly number[],
  next: readonly Node[],
): Node {
  const { logProbs: baseline, logNormaliser } = alignedStep(
    reference,
    next.map((each) => each.logNormaliser),
  );
  const values: Record<ValueSource, readonly number[]> = {
    tq: next.map((each) => each.baseline),
    cd: next.map((each) => each.reference),
    // ARGS asks the reward for its value of the text so far.
    'args-sft': reference.map((_, token) => mdp.reward([...state, token])),
  };
  const policies = { tq: baseline, cd: reference, 'args-sft': reference };
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
        normalised(scores).map(Math.exp),
        next.map(({ decoded }) => decoded[source]),
      );
    }),
    reference: expectation(reference.map(Math.exp), values.cd),
    baseline: expectation(baseline.map(Math.exp), values.tq),
    optimal: Math.max(...optimal),
    logNormaliser,
    errors: bySource((source) => {
      const here = values[source].reduce((sum, value, z) => sum + Math.abs(value - optimal[z]!), 0);
      const below = next.reduce((sum, { errors }) => sum + errors[source], 0);
      return here / reference.length + below;
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
