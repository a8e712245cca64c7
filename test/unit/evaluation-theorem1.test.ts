import assert from 'node:assert/strict';
import { stream } from '../../src/decoding/random.ts';
import { randomMdp } from '../../src/evaluation/theory/random-mdp.ts';
import type { SmallMdp } from '../../src/evaluation/theory/small-mdp.ts';
import { isViolated } from '../../src/evaluation/theory/sweep.ts';
import { theorem1, type Theorem1 } from '../../src/evaluation/theory/theorem1.ts';
import { allResponses } from './tabular.ts';

/** One random MDP with its parameters and both bounds of Theorem 1. */
interface TheoremCase {
  readonly vocabularySize: number;
  readonly horizon: number;
  readonly alpha: number;
  readonly beta: number;
  readonly theorem: Theorem1;
}

/** Vocabulary 3 to 6, T of 3 to 5, rewards in [0, 1], alpha and beta log-uniform in [0.05, 5]. */
const cases = Array.from({ length: 1000 }, (_, index) => randomCase(1, index));

function randomCase(seed: number, index: number): TheoremCase {
  const random = stream(seed, 'choice', index);
  const vocabularySize = 3 + Math.floor(4 * random.uniform());
  const horizon = 3 + Math.floor(3 * random.uniform());
  const alpha = 0.05 * 100 ** random.uniform();
  const beta = 0.05 * 100 ** random.uniform();
  const mdp = randomMdp(vocabularySize, horizon, seed * 65_537 + index);
  return { vocabularySize, horizon, alpha, beta, theorem: theorem1(mdp, alpha, beta) };
}

describe('Theorem 1 on 1,000 random small MDPs, computed exactly', () => {
  it(`bounds the gap (19), of which it uses ${shares(({ gap, gapBound }) => gap / gapBound)}`, () => {
    for (const { theorem } of cases) {
      assert.ok(theorem.gap >= -1e-12);
      assert.ok(theorem.gap <= theorem.gapBound + 1e-9);
    }
  });

  it(`bounds the divergence (20), of which it uses ${shares((each) => each.decodedDivergence / each.divergenceBound)}`, () => {
    for (const { theorem } of cases) {
      assert.ok(theorem.decodedDivergence <= theorem.divergenceBound + 1e-9);
    }
  });

  it('leaves a slack of exactly the terms that the proof drops', () => {
    for (const { theorem, alpha, beta } of cases) {
      const dropped =
        beta * (theorem.baselineDivergence + theorem.optimalToBaseline) + alpha * theorem.reverseH;
      assert.ok(Math.abs(theorem.gapBound - theorem.gap - dropped) < 1e-9);
    }
  });

  it('improves on the baseline policy by at least alpha h_alpha, taken over rho_alg', () => {
    for (const { theorem, alpha } of cases) {
      assert.ok(theorem.h >= -1e-12);
      const gain = theorem.decodedReward - theorem.baselineReward;
      assert.ok(gain >= alpha * theorem.h - 1e-9);
    }
  });

  it('covers vocabularies of 3 to 6 and horizons of 3 to 5', () => {
    const sizes = new Set(cases.map(({ vocabularySize }) => vocabularySize));
    const horizons = new Set(cases.map(({ horizon }) => horizon));
    assert.deepEqual([...sizes].sort(), [3, 4, 5, 6]);
    assert.deepEqual([...horizons].sort(), [3, 4, 5]);
  });
});

describe('the exact computation of Theorem 1', () => {
  it('matches sums over a list of all responses', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const random = stream(seed, 'sample', 9);
      const [alpha, beta] = [0.1 + 2 * random.uniform(), 0.1 + 2 * random.uniform()];
      const horizon = 2 + (seed % 2);
      const mdp = randomMdp(3, horizon, seed);
      const theorem = theorem1(mdp, alpha, beta);
      const table = (state: readonly number[]) => mdp.referenceLogProbs(state);
      const isWhole = (state: readonly number[]) => state.at(-1) === 0 || state.length === horizon;
      const enumerated = [...allResponses(table, isWhole, [])];
      const responses = enumerated.map(({ state }) => state);
      const rewards = responses.map((response) => mdp.reward(response));
      const reference = enumerated.map(({ logProb }) => Math.exp(logProb));
      close(sum(reference), 1);
      const tilted = rewards.map((reward, index) => reference[index]! * Math.exp(reward / beta));
      const aligned = tilted.map((mass) => mass / sum(tilted));
      const expectedReward = (masses: readonly number[]) =>
        sum(masses.map((mass, index) => mass * rewards[index]!));
      close(theorem.baselineReward, expectedReward(aligned));
      close(theorem.baselineDivergence, divergence(aligned, reference));
      const decoded = decodedMasses(mdp, responses, aligned, alpha);
      close(sum(decoded), 1);
      close(theorem.decodedReward, expectedReward(decoded));
      close(theorem.decodedDivergence, divergence(decoded, reference));
      const h = divergence(decoded, aligned);
      close(theorem.h, h);
      const largest = Math.max(...rewards);
      const optimum = rewards.indexOf(largest);
      close(theorem.optimalReward, largest);
      close(theorem.gap, largest - expectedReward(decoded));
      close(theorem.optimalToBaseline, -Math.log(aligned[optimum]!));
      // rho* has one response, so KL(rho* || rho_SFT) is minus its log-probability.
      close(theorem.optimalDivergence, -Math.log(reference[optimum]!));
      close(theorem.gapBound, beta * -Math.log(reference[optimum]!) - alpha * h);
      const longest = Math.max(...responses.map(({ length }) => length));
      close(theorem.divergenceBound, largest / beta + (longest * largest) / alpha);
    }
  });

  it('counts a case as a violation if one of its sides exceeds its bound', () => {
    const { theorem } = cases[0]!;
    assert.ok(cases.every((each) => !isViolated(each.theorem)));
    assert.ok(isViolated({ ...theorem, gap: theorem.gapBound + 1e-6 }));
    assert.ok(isViolated({ ...theorem, decodedDivergence: theorem.divergenceBound + 1e-6 }));
  });

  it('holds for the rewards of features, too', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const mdp = randomMdp(4, 3, seed, 'features');
      assert.ok(!isViolated(theorem1(mdp, 0.05 + (seed % 10) / 10, 0.05 + (seed % 7) / 5)));
    }
  });

  it('approaches the baseline policy for large alpha and the optimum for small alpha and beta', () => {
    const mdp = randomMdp(4, 4, 3);
    const mild = theorem1(mdp, 1e9, 0.5);
    close(mild.decodedReward, mild.baselineReward, 1e-6);
    const strong = theorem1(mdp, 1e-3, 1e-3);
    close(strong.gap, 0, 1e-2);
  });
});

/** rho_alg of (12), token by token from sums over whole responses. */
function decodedMasses(
  mdp: SmallMdp,
  responses: readonly (readonly number[])[],
  aligned: readonly number[],
  alpha: number,
): number[] {
  const under = (state: readonly number[], weight: (index: number) => number) =>
    sum(
      responses.map((response, index) =>
        state.every((token, place) => response[place] === token) ? weight(index) : 0,
      ),
    );
  const mass = (state: readonly number[]) => under(state, (index) => aligned[index]!);
  const weightOf = (state: readonly number[]) => {
    const value =
      under(state, (index) => aligned[index]! * mdp.reward(responses[index]!)) / mass(state);
    return mass(state) * Math.exp(value / alpha);
  };
  return responses.map((response) =>
    response.reduce((product, token, index) => {
      const state = response.slice(0, index);
      const weights = [...mdp.referenceLogProbs(state).keys()].map((z) => weightOf([...state, z]));
      return (product * weights[token]!) / sum(weights);
    }, 1),
  );
}

function divergence(masses: readonly number[], others: readonly number[]): number {
  return sum(masses.map((mass, index) => mass * Math.log(mass / others[index]!)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

/** How much of a bound is used: left side over right side, 1 where they are equal. */
function shares(ratioOf: (theorem: Theorem1) => number): string {
  const ratios = cases.map(({ theorem }) => ratioOf(theorem));
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 3 : 1)}%`;
  const mean = sum(ratios) / ratios.length;
  return `${percent(mean)} on average, ${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))}`;
}
