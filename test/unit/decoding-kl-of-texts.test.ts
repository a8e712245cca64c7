import assert from 'node:assert/strict';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { TokenId } from '../../src/decoding/policy.ts';
import type { DecodingResult } from '../../src/decoding/result.ts';
import { alpha, maxTokens, promptTokens, Recorded } from './recorded.ts';
import { allResponses, END, type Table } from './tabular.ts';

type Tokens = readonly TokenId[];

describe('the KL of a text', () => {
  /** log of the policy that the method samples from at temperature 1, from sums over all texts. */
  const policies: readonly (readonly [
    DecodingOptionsInput,
    (here: Recorded, y: Tokens) => readonly number[],
  ])[] = [
    [{ method: 'sft' }, ({ reference }, y) => reference.table([...promptTokens, ...y])],
    [{ method: 'dpo' }, ({ baseline }, y) => baseline.table([...promptTokens, ...y])],
    [
      { method: 'args', argsPolicy: 'baseline' },
      (here, y) => softmaxed(here.baseline.table, y, (z) => here.target.of([...y, z])),
    ],
    [
      { method: 'cd', rollout: 2 },
      (here, y) =>
        softmaxed(here.reference.table, y, (z) =>
          here.target.of(greedily(here.reference.table, [...y, z], 2)),
        ),
    ],
    [
      { method: 'tq', rollout: maxTokens },
      (here, y) =>
        softmaxed(here.baseline.table, y, (z) =>
          here.target.of(greedily(here.baseline.table, [...y, z], maxTokens)),
        ),
    ],
  ];

  for (const [options, policy] of policies) {
    const name = options.argsPolicy === 'baseline' ? 'ARGS-DPO' : options.method;

    it(`is the sum over its steps of KL to the reference policy (${name})`, async () => {
      for (let seed = 0; seed < 20; seed += 1) {
        for (const temperature of [0, 1]) {
          const here = new Recorded(seed);
          const { result } = await here.write({ ...options, seed, temperature, exhaustive: true });
          const steps = result.ids.map((_, step) => {
            const y = result.ids.slice(0, step);
            return relativeEntropy(policy(here, y), here.reference.table([...promptTokens, ...y]));
          });
          close(exactKl(result), sum(steps));
        }
      }
    });

    it(`has the KL of the distributions of whole texts as its mean (${name})`, async () => {
      const here = new Recorded(11);
      const isWhole = (y: Tokens) => y.at(-1) === END || y.length === maxTokens;
      const texts = [...allResponses((y) => policy(here, y), isWhole, [])];
      const expected = sum(
        texts.map(({ state, logProb }) => {
          const reference = state.map(
            (z, step) => here.reference.table([...promptTokens, ...state.slice(0, step)])[z]!,
          );
          return Math.exp(logProb) * (logProb - sum(reference));
        }),
      );
      const count = 1500;
      const found: number[] = [];
      for (let seed = 0; seed < count; seed += 1) {
        const { result } = await here.write({
          ...options,
          seed,
          temperature: 1,
          exhaustive: true,
        });
        found.push(exactKl(result));
      }
      const mean = sum(found) / count;
      const error = Math.sqrt(sum(found.map((kl) => (kl - mean) ** 2))) / count;
      close(mean, expected, 4 * error + 1e-9);
    });
  }

  it('is bounded for best-of-N by log N - (N-1)/N, which the exact one does not exceed', async () => {
    for (const count of [2, 4, 16]) {
      const here = new Recorded(12);
      const { result } = await here.write({ method: 'bon', rollouts: count });
      const { kind, low, high: bound } = result.kl!;
      assert.deepEqual([kind, low], ['upper-bound', 0]);
      assert.ok(bound !== null);
      close(bound, Math.log(count) - (count - 1) / count);
      const table = (y: Tokens) => here.reference.table([...promptTokens, ...y]);
      const isWhole = (y: Tokens) => y.at(-1) === END || y.length === maxTokens;
      const texts = [...allResponses(table, isWhole, [])]
        .map(({ state, logProb }) => ({ p: Math.exp(logProb), r: here.target.of(state) }))
        .sort((a, b) => a.r - b.r);
      // A text is the best of N if all N are at most as good, less those that are all worse.
      let below = 0;
      const exact = sum(
        texts.map(({ p }) => {
          const best = (below + p) ** count - below ** count;
          below += p;
          return best * Math.log(best / p);
        }),
      );
      assert.ok(exact > bound / 2 && exact <= bound, `${exact} of ${bound}`);
    }
  });
});

/** log of the softmax of log pi(z | y) + value(z)/alpha, (12). */
function softmaxed(table: Table, y: Tokens, value: (z: TokenId) => number): number[] {
  const scores = table([...promptTokens, ...y]).map((logProb, z) => logProb + value(z) / alpha);
  const normaliser = Math.log(sum(scores.map(Math.exp)));
  return scores.map((score) => score - normaliser);
}

/** The text continued by at most `length` of the policy's likeliest tokens. */
function greedily(table: Table, text: Tokens, length: number): Tokens {
  let continued = [...text];
  for (let step = 0; step < length; step += 1) {
    if (continued.at(-1) === END || continued.length === maxTokens) break;
    const logProbs = table([...promptTokens, ...continued]);
    continued = [...continued, logProbs.indexOf(Math.max(...logProbs))];
  }
  return continued;
}

/** sum p log(p/q), from logs. */
function relativeEntropy(logP: readonly number[], logQ: readonly number[]): number {
  return sum(logP.map((log, z) => Math.exp(log) * (log - logQ[z]!)));
}

function exactKl({ kl }: DecodingResult): number {
  assert.equal(kl!.kind, 'exact');
  assert.equal(kl!.low, kl!.high);
  return kl!.low;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}
