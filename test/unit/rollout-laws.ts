import { END, type Table } from './tabular.ts';

/** A problem to enumerate: a prompt of one token, the tokens END, 1 and 2, all candidates. */
export interface SmallProblem {
  /** Probabilities are quarters, so that a uniform number has four cases. */
  readonly table: Table;
  readonly reward: (response: readonly number[]) => number;
  readonly baselineReward: (response: readonly number[]) => number;
  readonly maxTokens: number;
  readonly rollout: number;
  readonly rollouts: number;
  readonly alpha: number;
  readonly beta: number;
  readonly temperature: number;
  /** Whether the score is that of (16) and (17) with pi_ref of rho_r, or of (10) and (12). */
  readonly indirect: boolean;
}

/** Probability of each whole response, by its tokens with spaces. */
export type Law = ReadonlyMap<string, number>;

export const promptToken = 1;
const vocabulary = [END, 1, 2];
const quarters = [0.125, 0.375, 0.625, 0.875];

interface Outcome<T> {
  readonly value: T;
  readonly mass: number;
}

/** The law of Algorithm 1: the rollouts of every candidate and step are independent. */
export function independentLaw(problem: SmallProblem): Law {
  const law = new Map<string, number>();
  const extend = (y: readonly number[], mass: number): void => {
    if (isWhole(problem, y)) {
      law.set(y.join(' '), (law.get(y.join(' ')) ?? 0) + mass);
      return;
    }
    const masses = vocabulary.map(() => 0);
    const scores = vocabulary.map((z) => scoreLaw(problem, y, z));
    for (const { value, mass: joint } of product(scores)) {
      chances(value, problem.temperature).forEach((chance, z) => (masses[z]! += joint * chance));
    }
    masses.forEach((chance, z) => {
      if (chance > 0) extend([...y, z], mass * chance);
    });
  };
  extend([], 1);
  return law;
}

/**
 * The law of common random numbers: the i-th rollout of every candidate and step takes the number
 * u(i, place) for its token at that place of the response.
 */
export function commonLaw(problem: SmallProblem): Law {
  const law = new Map<string, number>();
  // The first token is a candidate, never drawn in a rollout.
  const numbers = tuples(quarters, problem.maxTokens - 1).map((later) => [NaN, ...later]);
  for (const { value: drawn, mass } of multisets(
    numbers.map((value) => ({ value, mass: 1 / numbers.length })),
    problem.rollouts,
  )) {
    const extend = (y: readonly number[], chance: number): void => {
      if (isWhole(problem, y)) {
        law.set(y.join(' '), (law.get(y.join(' ')) ?? 0) + mass * chance);
        return;
      }
      const scores = vocabulary.map((z) => {
        const start = [...y, z];
        return scoreOf(
          problem,
          y,
          z,
          drawn.map((u) => follow(problem, start, u)),
        );
      });
      chances(scores, problem.temperature).forEach((each, z) => {
        if (each > 0) extend([...y, z], chance * each);
      });
    };
    extend([], 1);
  }
  return law;
}

/** Total variation of two laws. */
export function totalVariation(a: Law, b: Law): number {
  const texts = new Set([...a.keys(), ...b.keys()]);
  return [...texts].reduce((sum, y) => sum + Math.abs((a.get(y) ?? 0) - (b.get(y) ?? 0)), 0) / 2;
}

function isWhole({ maxTokens }: SmallProblem, y: readonly number[]): boolean {
  return y.at(-1) === END || y.length === maxTokens;
}

function logProb({ table }: SmallProblem, y: readonly number[], z: number): number {
  return table([promptToken, ...y])[z]!;
}

/** The last length that a rollout of a candidate after `y` reaches. */
function reach({ rollout, maxTokens }: SmallProblem, y: readonly number[]): number {
  return Math.min(y.length + 1 + rollout, maxTokens);
}

/** The response that a rollout with the numbers `u`, by place, makes from `start`. */
function follow(
  problem: SmallProblem,
  start: readonly number[],
  u: readonly number[],
): readonly number[] {
  const length = reach(problem, start.slice(0, -1));
  const response = [...start];
  while (response.length < length && response.at(-1) !== END) {
    let below = 0;
    const next = vocabulary.find((z) => {
      below += Math.exp(logProb(problem, response, z));
      return u[response.length]! < below;
    });
    response.push(next!);
  }
  return response;
}

/** The score of z after `y` from its responses. */
function scoreOf(
  problem: SmallProblem,
  y: readonly number[],
  z: number,
  responses: readonly (readonly number[])[],
): number {
  const { reward, baselineReward, alpha, beta, indirect } = problem;
  const rewards = responses.map(reward);
  const n = responses.length;
  const sum = (terms: readonly number[]) => terms.reduce((a, b) => a + b, 0);
  if (!indirect) return logProb(problem, y, z) + sum(rewards) / n / alpha;
  const weights = responses.map((each) => Math.exp((reward(each) - baselineReward(each)) / beta));
  const value = sum(weights.map((weight, i) => weight * rewards[i]!)) / sum(weights);
  return logProb(problem, y, z) + Math.log(sum(weights) / n) + value / alpha;
}

/** The law of the score of z after `y`, over its rollouts: the greedy one if n is 1. */
function scoreLaw(problem: SmallProblem, y: readonly number[], z: number): Outcome<number>[] {
  const responses =
    problem.rollouts === 1
      ? [{ value: greedy(problem, [...y, z], reach(problem, y)), mass: 1 }]
      : sampled(problem, [...y, z], reach(problem, y));
  const byScore = new Map<number, number>();
  for (const { value, mass } of multisets(responses, problem.rollouts)) {
    const score = scoreOf(problem, y, z, value);
    byScore.set(score, (byScore.get(score) ?? 0) + mass);
  }
  return [...byScore].map(([value, mass]) => ({ value, mass }));
}

function greedy(problem: SmallProblem, response: readonly number[], length: number): number[] {
  if (response.at(-1) === END || response.length >= length) return [...response];
  const next = vocabulary.reduce((best, z) =>
    logProb(problem, response, z) > logProb(problem, response, best) ? z : best,
  );
  return greedy(problem, [...response, next], length);
}

function sampled(
  problem: SmallProblem,
  response: readonly number[],
  length: number,
): Outcome<readonly number[]>[] {
  if (response.at(-1) === END || response.length >= length) return [{ value: response, mass: 1 }];
  return vocabulary.flatMap((z) =>
    sampled(problem, [...response, z], length).map(({ value, mass }) => ({
      value,
      mass: mass * Math.exp(logProb(problem, response, z)),
    })),
  );
}

/** softmax(scores/temperature), or all mass on the largest. */
function chances(scores: readonly number[], temperature: number): number[] {
  const largest = Math.max(...scores);
  if (temperature === 0) {
    const best = scores.indexOf(largest);
    return scores.map((_, z) => (z === best ? 1 : 0));
  }
  const weights = scores.map((score) => Math.exp((score - largest) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** All multisets of `count` outcomes, with the probability of drawing them in any order. */
function multisets<T>(outcomes: readonly Outcome<T>[], count: number): Outcome<readonly T[]>[] {
  const found: Outcome<readonly T[]>[] = [];
  const add = (from: number, left: number, value: readonly T[], mass: number): void => {
    const { value: own, mass: each } = outcomes[from]!;
    const adding = (times: number) => [...value, ...Array.from({ length: times }, () => own)];
    if (left === 0 || from === outcomes.length - 1) {
      found.push({ value: adding(left), mass: mass * each ** left });
      return;
    }
    for (let times = 0; times <= left; times += 1) {
      const ways = choose(left, times) * each ** times;
      add(from + 1, left - times, adding(times), mass * ways);
    }
  };
  add(0, count, [], 1);
  return found;
}

function choose(n: number, k: number): number {
  return Array.from({ length: k }).reduce<number>((ways, _, i) => (ways * (n - i)) / (i + 1), 1);
}

function tuples(values: readonly number[], length: number): (readonly number[])[] {
  if (length === 0) return [[]];
  return tuples(values, length - 1).flatMap((rest) => values.map((value) => [...rest, value]));
}

function product(laws: readonly (readonly Outcome<number>[])[]): Outcome<readonly number[]>[] {
  return laws.reduce<Outcome<readonly number[]>[]>(
    (joint, law) =>
      joint.flatMap(({ value, mass }) =>
        law.map((each) => ({ value: [...value, each.value], mass: mass * each.mass })),
      ),
    [{ value: [], mass: 1 }],
  );
}
