import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stream } from '../../src/decoding/random.ts';
import { exactMethods } from '../../src/evaluation/theory/exact-methods.ts';
import { randomMdp, rewardFamilies } from '../../src/evaluation/theory/random-mdp.ts';
import type { SmallMdp } from '../../src/evaluation/theory/small-mdp.ts';
import {
  decodeTransfer,
  transferMethods,
  transferTree,
  transferVariants,
  type TransferMethod,
  type TransferVariant,
} from '../../src/evaluation/theory/transfer.ts';
import { allResponses } from './tabular.ts';

type Tokens = readonly number[];

interface Problem {
  readonly target: SmallMdp;
  readonly baseline: SmallMdp;
  readonly alpha: number;
  readonly beta: number;
}

const problems: fc.Arbitrary<Problem> = fc
  .record({
    seed: fc.nat(1_000_000),
    family: fc.constantFrom(...rewardFamilies),
    vocabulary: fc.integer({ min: 2, max: 4 }),
    horizon: fc.integer({ min: 1, max: 3 }),
    alpha: fc.double({ min: 0.05, max: 5, noNaN: true }),
    beta: fc.double({ min: 0.05, max: 5, noNaN: true }),
  })
  .map(({ seed, family, vocabulary, horizon, alpha, beta }) => ({
    target: randomMdp(vocabulary, horizon, seed, family, 0),
    baseline: randomMdp(vocabulary, horizon, seed, family, 1),
    alpha,
    beta,
  }));

function gapsOf({ target, baseline, alpha, beta }: Problem, count = 1, repeats = 1, seed = 0) {
  const random = stream(seed, 'rollout', 0);
  const gaps = decodeTransfer(
    transferTree(target, baseline, beta, { count, repeats, random }),
    alpha,
  );
  return (
    method: TransferMethod,
    choice: TransferVariant['choice'] = 'sampled',
    rollouts: TransferVariant['rollouts'] = 'exact',
  ) => gaps[transferVariants.findIndex((each) => same(each, { method, choice, rollouts }))]!;
}

function same(one: TransferVariant, other: TransferVariant): boolean {
  return (
    one.method === other.method && one.choice === other.choice && one.rollouts === other.rollouts
  );
}

describe('indirect transfer on small MDPs, computed exactly', () => {
  it('makes the derived reading of (17) direct TQ* of a policy aligned to r', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { target, alpha, beta } = problem;
        close(gapsOf(problem)('derived'), exactMethods(target, alpha, beta).tq.gap);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('makes DT and both readings direct TQ* if r_BL is r', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { target, alpha, beta } = problem;
        const gap = gapsOf({ ...problem, baseline: target }, 3, 2);
        for (const method of transferMethods) {
          close(gap(method), exactMethods(target, alpha, beta).tq.gap);
          close(gap(method, 'sampled', 'drawn'), gap('dt', 'sampled', 'drawn'));
        }
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('makes all of them controlled decoding if beta is so large that pi_BL is pi_SFT', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const gap = gapsOf({ ...problem, beta: 1e9 });
        const { cd } = exactMethods(problem.target, problem.alpha, 1);
        for (const method of transferMethods) close(gap(method), cd.gap, 1e-6);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('matches sums over a list of all responses', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const gap = gapsOf(problem);
        for (const method of transferMethods) {
          for (const choice of ['sampled', 'greedy'] as const) {
            close(gap(method, choice), listedGap(problem, method, choice));
          }
        }
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it('does not change if r_BL has another origin', () => {
    fc.assert(
      fc.property(problems, fc.double({ min: -3, max: 3, noNaN: true }), (problem, shift) => {
        const { baseline } = problem;
        const reward = (text: Tokens) => baseline.reward(text) + shift;
        const shifted = gapsOf({ ...problem, baseline: { ...baseline, reward } }, 4, 3);
        const gap = gapsOf(problem, 4, 3);
        for (const { method, choice, rollouts } of transferVariants) {
          // Rounding may turn a greedy choice between scores that are nearly equal.
          if (choice === 'sampled')
            close(shifted(method, choice, rollouts), gap(method, choice, rollouts), 1e-7);
        }
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it('finds the order of the readings that README.md reports', () => {
    const gaps = Array.from({ length: 40 }, (_, seed) =>
      gapsOf({
        target: randomMdp(4, 4, seed, 'independent', 0),
        baseline: randomMdp(4, 4, seed, 'independent', 1),
        alpha: 0.25,
        beta: 0.1,
      }),
    );
    const mean = (method: TransferMethod) => sum(gaps.map((gap) => gap(method))) / gaps.length;
    assert.ok(mean('derived') < 0.12 && mean('dt') > 0.2 && mean('baseline') > mean('dt'));
    assert.ok(gaps.filter((gap) => gap('derived') < gap('baseline')).length >= 38);
  });
});

describe('indirect transfer with n drawn rollouts', () => {
  it('has in each state the mean policy over all draws of n rollouts', () => {
    for (const seed of [1, 2, 3]) {
      const problem = {
        target: randomMdp(2, 3, seed, 'independent', 0),
        baseline: randomMdp(2, 3, seed, 'independent', 1),
        alpha: 0.2,
        beta: 0.3,
      };
      for (const count of [1, 2]) {
        const gap = gapsOf(problem, count, 40_000, seed);
        for (const method of transferMethods) {
          for (const choice of ['sampled', 'greedy'] as const) {
            const listed = listedGap(problem, method, choice, count);
            close(gap(method, choice, 'drawn'), listed, 0.006);
          }
        }
      }
    }
  });

  it('tends to exact expectations as n grows', () => {
    const problem = {
      target: randomMdp(3, 3, 7, 'features', 0),
      baseline: randomMdp(3, 3, 7, 'features', 1),
      alpha: 0.3,
      beta: 0.3,
    };
    const gap = gapsOf(problem, 100_000, 2);
    for (const method of transferMethods) {
      close(gap(method, 'sampled', 'drawn'), gap(method), 0.005);
    }
  });
});

/**
 * The gap from sums over a list of all responses: with `count`, the policy of each state is the
 * mean over all lists of that many rollouts for each candidate.
 */
function listedGap(
  { target, baseline, alpha, beta }: Problem,
  method: TransferMethod,
  choice: TransferVariant['choice'],
  count?: number,
): number {
  const isWhole = (state: Tokens) => state.at(-1) === 0 || state.length === target.horizon;
  const table = (state: Tokens) => target.referenceLogProbs(state);
  const responses = [...allResponses(table, isWhole, [])].map(({ state, logProb }) => ({
    tokens: state,
    r: target.reward(state),
    rBL: baseline.reward(state),
    // rho_BL of (7), not normalised.
    mass: Math.exp(logProb + baseline.reward(state) / beta),
  }));
  type Listed = (typeof responses)[number];
  const below = (state: Tokens) =>
    responses.filter(({ tokens }) => state.every((token, place) => tokens[place] === token));
  const massOf = (list: readonly Listed[]) => sum(list.map(({ mass }) => mass));
  /** exp of the score less log pi_BL, from weighted rollouts. */
  const factor = (rollouts: readonly (readonly [Listed, number])[]): number => {
    const mean = (of: (each: Listed) => number) => sum(rollouts.map(([each, p]) => p * of(each)));
    const weight = ({ r, rBL }: Listed) => Math.exp((r - rBL) / beta);
    const indirect = mean((each) => weight(each) * each.r) / mean(weight);
    if (method === 'dt') return Math.exp(mean(({ r }) => r) / alpha);
    const reference = method === 'derived' ? mean(weight) : 1;
    return reference * Math.exp(indirect / alpha);
  };
  const policy = (masses: readonly number[]): number[] => {
    if (choice === 'sampled') return masses.map((mass) => mass / sum(masses));
    const first = masses.indexOf(Math.max(...masses));
    return masses.map((_, z) => (z === first ? 1 : 0));
  };
  const candidates = (state: Tokens) => table(state).map((_, z) => below([...state, z]));
  const policyAt = (state: Tokens): number[] => {
    const lists = candidates(state);
    const draws = lists.map((list) => {
      const all = list.map((each) => [each, each.mass / massOf(list)] as const);
      if (count === undefined || list.length === 1) return [{ p: 1, factor: factor(all) }];
      return tuples(all, count).map((tuple) => ({
        p: tuple.reduce((product, [, p]) => product * p, 1),
        factor: factor(tuple.map(([each]) => [each, 1 / count] as const)),
      }));
    });
    const total = lists.map(() => 0);
    for (const drawn of combinations(draws)) {
      const p = drawn.reduce((product, each) => product * each.p, 1);
      const masses = drawn.map((each, z) => massOf(lists[z]!) * each.factor);
      policy(masses).forEach((probability, z) => (total[z]! += p * probability));
    }
    return total;
  };
  const written = responses.map(({ tokens, r }) =>
    tokens.reduce((p, token, place) => p * policyAt(tokens.slice(0, place))[token]!, r),
  );
  return Math.max(...responses.map(({ r }) => r)) - sum(written);
}

function tuples<T>(items: readonly T[], count: number): T[][] {
  return combinations(Array.from({ length: count }, () => items));
}

/** One item of each list, in every way. */
function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (found, list) => found.flatMap((items) => list.map((item) => [...items, item])),
    [[]],
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}
