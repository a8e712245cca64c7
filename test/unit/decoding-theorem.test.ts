import assert from 'node:assert/strict';
import {
  randomMdp,
  theoremReport,
  type Tightness,
} from '../../src/evaluation/theory/theorem-tightness.ts';
import { theorem1, type SmallMdp } from '../../src/evaluation/theory/theorem.ts';

const report = theoremReport(1000, 1);

describe('Theorem 1 on 1,000 random small MDPs, computed exactly', () => {
  it(`bounds the gap (19), of which it uses ${shares(report.gap)}`, () => {
    for (const { theorem } of report.cases) {
      assert.ok(theorem.gap >= -1e-12);
      assert.ok(theorem.gap <= theorem.gapBound + 1e-9);
    }
  });

  it(`bounds the divergence (20), of which it uses ${shares(report.divergence)}`, () => {
    for (const { theorem } of report.cases) {
      assert.ok(theorem.decodedDivergence <= theorem.divergenceBound + 1e-9);
    }
    assert.equal(report.violations, 0);
  });

  it('has a gap that falls short of the bound by exactly the terms the proof drops', () => {
    for (const { theorem, alpha, beta } of report.cases) {
      const dropped =
        beta * (theorem.baselineDivergence + theorem.optimalToBaseline) + alpha * theorem.reverseH;
      assert.ok(Math.abs(theorem.gapBound - theorem.gap - dropped) < 1e-9);
    }
  });

  it('gains over the baseline policy at least alpha h_alpha, taken over rho_alg', () => {
    for (const { theorem, alpha } of report.cases) {
      assert.ok(theorem.h >= -1e-12);
      const gain = theorem.decodedReward - theorem.baselineReward;
      assert.ok(gain >= alpha * theorem.h - 1e-9);
    }
  });

  it('covers vocabularies of 3 to 6 and horizons of 3 to 5', () => {
    const sizes = new Set(report.cases.map(({ vocabularySize }) => vocabularySize));
    const horizons = new Set(report.cases.map(({ horizon }) => horizon));
    assert.deepEqual([...sizes].sort(), [3, 4, 5, 6]);
    assert.deepEqual([...horizons].sort(), [3, 4, 5]);
  });
});

describe('the exact computation', () => {
  it('agrees with a list of all responses and their probabilities', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const mdp = randomMdp(3, 3, seed);
      const alpha = 0.4;
      const beta = 0.7;
      const theorem = theorem1(mdp, alpha, beta);
      const responses = [...allResponses(mdp, [])];
      const reference = responses.map((response) => probability(mdp, response));
      close(sum(reference), 1);
      const tilted = responses.map(
        (response, index) => reference[index]! * Math.exp(mdp.reward(response) / beta),
      );
      const aligned = tilted.map((mass) => mass / sum(tilted));
      const expectedReward = (masses: readonly number[]) =>
        sum(masses.map((mass, index) => mass * mdp.reward(responses[index]!)));
      close(theorem.baselineReward, expectedReward(aligned));
      close(theorem.baselineDivergence, divergence(aligned, reference));
      const decoded = decodedMasses(mdp, responses, aligned, alpha);
      close(sum(decoded), 1);
      close(theorem.decodedReward, expectedReward(decoded));
      close(theorem.decodedDivergence, divergence(decoded, reference));
      close(theorem.h, divergence(decoded, aligned));
      const optimal = Math.max(...responses.map((response) => mdp.reward(response)));
      close(theorem.gap, optimal - expectedReward(decoded));
    }
  });

  it('tends to the baseline policy for large alpha and to the optimum for small alpha and beta', () => {
    const mdp = randomMdp(4, 4, 3);
    const mild = theorem1(mdp, 1e9, 0.5);
    close(mild.decodedReward, mild.baselineReward, 1e-6);
    const strong = theorem1(mdp, 1e-3, 1e-3);
    close(strong.gap, 0, 1e-2);
  });
});

function* allResponses(mdp: SmallMdp, state: number[]): Generator<number[]> {
  if (state.at(-1) === 0 || state.length === mdp.horizon) yield state;
  else {
    for (const token of mdp.referenceLogProbs(state).keys()) {
      yield* allResponses(mdp, [...state, token]);
    }
  }
}

function probability(mdp: SmallMdp, response: readonly number[]): number {
  const logs = response.map(
    (token, index) => mdp.referenceLogProbs(response.slice(0, index))[token]!,
  );
  return Math.exp(sum(logs));
}

/** rho_alg of (12), token by token from sums over whole responses. */
function decodedMasses(
  mdp: SmallMdp,
  responses: readonly number[][],
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

function shares({ mean, min, max }: Tightness): string {
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.01 ? 3 : 1)}%`;
  return `${percent(mean)} on average, ${percent(min)} to ${percent(max)}`;
}
