import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Sampler, TokenId } from '../../src/decoding/policy.ts';
import { samplersOf } from '../../src/decoding/random.ts';
import { massBlock } from '../../src/engine/models/compiler/graph-names.ts';
import { blockMassesOf, drawToken } from '../../src/engine/runtime/sampling.ts';
import { END, endingTable, randomTable, TabularPolicy } from './tabular.ts';

describe('a draw by blocks', () => {
  const rows = fc.record({
    logits: fc
      .array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 700 })
      .map((logits) => Float32Array.from(logits)),
    temperature: fc.constantFrom(0.05, 0.5, 1, 3),
    uniform: fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
  });

  it('gives the token at which the cumulative sum passes the number', () => {
    fc.assert(
      fc.property(rows, ({ logits, temperature, uniform }) => {
        const largest = Math.max(...logits);
        const masses = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
        const size = massBlock(logits.length);
        const blockMasses = Float32Array.from(
          { length: Math.ceil(logits.length / size) },
          (_, block) => sum(masses.slice(block * size, (block + 1) * size)),
        );
        // Those of a GPU, whose graph gives none: two rows alike.
        const twice = blockMassesOf(Float32Array.of(...logits, ...logits), 2, temperature);
        [...blockMasses, ...blockMasses].forEach((mass, index) => {
          assert.ok(Math.abs(twice[index]! - mass) <= 1e-5 * mass);
        });
        const token = drawToken({ logits, largest, blockMasses, temperature }, uniform);
        const total = sum(masses);
        const below = sum(masses.slice(0, token)) / total;
        assert.ok(below <= uniform + 1e-6);
        assert.ok(below + masses[token]! / total >= uniform - 1e-6);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('never gives a token without mass', () => {
    const logits = Float32Array.of(-1e30, 0, -1e30, 0, -1e30);
    const blockMasses = Float32Array.of(2);
    for (const uniform of [1e-16, 0.25, 0.5, 0.75, 1 - 1e-16]) {
      const token = drawToken({ logits, largest: 0, blockMasses, temperature: 1 }, uniform);
      assert.ok(token === 1 || token === 3);
    }
  });
});

describe('sampled rollouts', () => {
  const prompt = [1, 2];
  const table = endingTable(randomTable(3, 8), prompt.length, 4);
  const policy = new TabularPolicy('sampled', 3, table);

  async function rollOut(start: readonly TokenId[], samplers: readonly Sampler[], length: number) {
    const sequence = await policy.open([...prompt, ...start.slice(0, -1)]);
    const starts = samplers.map((sampler) => ({ tokens: start.slice(-1), length, sampler }));
    const rollouts = await sequence.rollOut(starts, { reuse: true });
    sequence.close();
    return rollouts;
  }

  it('of one candidate are independent samples of the policy', async () => {
    const draws = 4000;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < draws; seed += 1) {
      const [a, b] = await rollOut([1], samplersOf(seed, 'rollout', 2, 1, prompt.length), 1);
      const pair = `${a!.tokens[1]} ${b!.tokens[1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const masses = table([...prompt, 1]).map(Math.exp);
    const chiSquare = masses.flatMap((p, a) =>
      masses.map((q, b) => {
        const expected = draws * p * q;
        return ((counts.get(`${a} ${b}`) ?? 0) - expected) ** 2 / expected;
      }),
    );
    // The 99.9% point of the chi-square distribution with 8 degrees of freedom.
    assert.ok(sum(chiSquare) < 26.12, `chi-square ${sum(chiSquare)}`);
  });

  it('give an unbiased mean, though candidates share their random numbers', async () => {
    const reward = (response: readonly TokenId[]): number => response.length + (response[1] ?? 0);
    for (const candidate of [1, 2]) {
      const values: number[] = [];
      for (let seed = 0; seed < 2000; seed += 1) {
        const samplers = samplersOf(seed, 'rollout', 2, 1, prompt.length);
        const rollouts = await rollOut([candidate], samplers, 3);
        values.push(sum(rollouts.map(({ tokens }) => reward(tokens))) / 2);
      }
      const mean = sum(values) / values.length;
      const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length;
      const deviation = Math.abs(mean - expectation([candidate], reward));
      assert.ok(deviation < 4 * Math.sqrt(variance / values.length), `candidate ${candidate}`);
    }
  });

  it('of the next step are those of this one but for the first token, on the same path', async () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const samplers = samplersOf(seed, 'rollout', 3, 1, prompt.length);
      const before = await rollOut([1], samplers, 3);
      for (const [index, { tokens }] of before.entries()) {
        if (tokens[1] === END) continue;
        const after = await rollOut([1, tokens[1]!], samplers, 2);
        assert.deepEqual(after[index]!.tokens, tokens.slice(1));
      }
    }
  });

  function expectation(
    response: readonly TokenId[],
    reward: (response: readonly TokenId[]) => number,
  ): number {
    if (response.at(-1) === END || response.length === 4) return reward(response);
    return sum(
      table([...prompt, ...response]).map((logProb, token) =>
        logProb === -Infinity ? 0 : Math.exp(logProb) * expectation([...response, token], reward),
      ),
    );
  }
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
