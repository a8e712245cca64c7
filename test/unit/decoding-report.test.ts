import assert from 'node:assert/strict';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { CandidateReport } from '../../src/decoding/result.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

const vocabulary = 4;
const [alpha, beta, n] = [0.3, 0.2, 3];
const r = randomScores(vocabulary, 3, [0, 1]);
const rBL = randomScores(vocabulary, 4, [0, 1]);

async function write(options: DecodingOptionsInput) {
  const policy = (id: string, seed: number) =>
    new TabularPolicy(id, vocabulary, randomTable(vocabulary, seed));
  const request = {
    prompt: { text: '', tokens: [1, 2] },
    options: { alpha, beta, k: vocabulary, rollout: 2, maxTokens: 6, exhaustive: true, ...options },
    policies: { reference: policy('sft', 1), baseline: policy('dpo', 2) },
    rewards: {
      target: new TabularReward('target', r, [0, 1]),
      baseline: new TabularReward('baseline', rBL, [0, 1]),
    },
    decode: letters,
  };
  return collect(generate(request));
}

const close = (actual: number, expected: number): void => {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
};
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const tokensOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 96);

describe('the report of a candidate', () => {
  it('has every rollout with r, r_BL and its weight, and what they add up to', async () => {
    const { events, result } = await write({ method: 'tq-indirect', rollouts: n, temperature: 1 });
    let complete = 0;
    events.forEach(({ candidates }, step) => {
      for (const { id, logprob, value, logMeanWeight, score, rollouts } of candidates) {
        const isLast = id === 0 || step === 5;
        assert.equal(rollouts.length, isLast ? 1 : n);
        const exponents = rollouts.map((each) => (each.reward - each.baselineReward!) / beta);
        const weights = exponents.map(Math.exp);
        rollouts.forEach(({ text, ended, reward, baselineReward, weight }, i) => {
          const end = ended && id !== 0 ? [0] : [];
          const response = [...result.ids.slice(0, step), id, ...tokensOf(text!), ...end];
          assert.equal(reward, r(response));
          assert.equal(baselineReward, rBL(response));
          close(weight!, weights[i]! / sum(weights));
        });
        close(value!, sum(rollouts.map(({ reward, weight }) => reward * weight!)));
        close(logMeanWeight!, Math.log(sum(weights) / rollouts.length));
        close(score!, logprob + logMeanWeight! + value! / alpha);
        complete += 1;
      }
    });
    assert.ok(complete >= events.length * vocabulary);
  });

  it('has the noise of a sampled choice, which the chosen token wins with', async () => {
    const { events } = await write({ method: 'tq', rollouts: n, temperature: 2 });
    let changed = 0;
    for (const { id, candidates } of events) {
      const best = (key: (each: CandidateReport) => number) =>
        candidates.reduce((a, b) => (key(b) > key(a) ? b : a)).id;
      assert.equal(
        best(({ score, noise }) => score! + noise!),
        id,
      );
      if (best(({ score }) => score!) !== id) changed += 1;
    }
    assert.ok(changed > 0, 'the noise changed no choice');
  });

  it('has no noise, r_BL or weights where the method has none', async () => {
    const { events } = await write({ method: 'tq' });
    for (const { noise, logMeanWeight, rollouts } of events.flatMap((each) => each.candidates)) {
      assert.deepEqual([noise, logMeanWeight], [null, null]);
      for (const { baselineReward, weight } of rollouts) {
        assert.deepEqual([baselineReward, weight], [null, null]);
      }
    }
    const baseline = { method: 'tq-indirect', indirectReference: 'baseline' } as const;
    const { events: read } = await write({ ...baseline, rollouts: n });
    for (const { logprob, logMeanWeight, value, score } of read.flatMap((e) => e.candidates)) {
      assert.equal(logMeanWeight, null);
      close(score!, logprob + value! / alpha);
    }
  });
});
