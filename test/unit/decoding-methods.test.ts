import assert from 'node:assert/strict';
import type { RolloutStart } from '../../src/decoding/policy.ts';
import { alpha, maxTokens, promptTokens, Recorded } from './recorded.ts';

const rollingMethods = [
  ['cd', 'reference'],
  ['dt', 'baseline'],
  ['tq', 'baseline'],
  ['tq-indirect', 'baseline'],
] as const;

describe('a method with rollouts', () => {
  for (const [method, role] of rollingMethods) {
    it(`asks the ${role} policy for k candidates and rolls out with it alone (${method})`, async () => {
      for (const exhaustive of [true, false]) {
        const here = new Recorded(1, true);
        const other = role === 'baseline' ? here.reference : here.baseline;
        await here.write({ method, rollout: 2, rollouts: 2, k: 3, exhaustive });

        assert.deepEqual(
          here[role].questions('next').map(({ length, k }) => [length, k]),
          [2, 3, 4, 5].map((length) => [length, 3]),
        );
        assert.ok(here[role].questions('rollOut').length > 0);
        assert.deepEqual(other.questions('rollOut'), []);
        assert.deepEqual(other.questions('next'), []);
      }
    });

    it(`rolls each candidate out H tokens, or as many as the response has room for (${method})`, async () => {
      for (const rollout of [1, 2, 3, 20]) {
        for (const exhaustive of [true, false]) {
          const here = new Recorded(2, true);
          await here.write({ method, rollout, rollouts: 2, exhaustive });
          for (const { length, starts } of here[role].questions('rollOut')) {
            const room = maxTokens - (length - promptTokens.length) - 1;
            for (const start of starts) {
              assert.equal(start.tokens.length, 1);
              assert.equal(start.length, Math.min(rollout, room));
            }
          }
        }
      }
    });

    it(`draws n rollouts of each candidate at temperature 1, whatever the text's (${method})`, async () => {
      for (const temperature of [0, 0.5]) {
        const here = new Recorded(3, true);
        await here.write({ method, rollout: 2, rollouts: 3, temperature, exhaustive: true });
        const [first] = here[role].questions('rollOut');
        const perCandidate = countBy(first!.starts.map(({ tokens }) => tokens[0]!));
        assert.deepEqual(perCandidate, new Map([1, 2, 3].map((token) => [token, 3])));
        for (const { sampler } of first!.starts) assert.equal(sampler?.temperature, 1);
        for (const token of [1, 2, 3]) {
          const own = first!.starts.filter(({ tokens }) => tokens[0] === token);
          assert.equal(new Set(own.map(({ sampler }) => sampler!.uniform(5))).size, 3);
        }
      }
    });

    it(`rolls out greedily if n is 1, even for a sampled text (${method})`, async () => {
      const here = new Recorded(4, true);
      await here.write({ method, rollout: 2, rollouts: 1, temperature: 1, exhaustive: true });
      const starts = here[role].questions('rollOut').flatMap((question) => question.starts);
      assert.ok(starts.length > 0);
      for (const start of starts) assert.equal(start.sampler, undefined);
    });
  }

  it('scores the text so far, candidate and rollout, and r_BL scores the same responses', async () => {
    const here = new Recorded(5, true);
    const { result } = await here.write({
      method: 'tq-indirect',
      rollout: 2,
      rollouts: 2,
      exhaustive: true,
    });
    const valued = here.target.responses.slice(0, -1);
    assert.deepEqual(here.baselineReward.responses, valued);
    const lengths = new Set(valued.map(({ tokens }) => tokens.length));
    assert.deepEqual([...lengths].sort(), [3, 4]);
    assert.deepEqual(here.target.responses.at(-1)!.tokens, result.ids);
  });

  it('asks no baseline reward unless its estimate uses one', async () => {
    for (const method of ['sft', 'dpo', 'bon', 'args', 'cd', 'dt', 'tq'] as const) {
      const here = new Recorded(6);
      await here.write({ method, exhaustive: true });
      assert.deepEqual(here.baselineReward.responses, []);
    }
  });
});

describe('ARGS', () => {
  const policies = [
    ['ARGS-SFT', 'reference'],
    ['ARGS-DPO', 'baseline'],
  ] as const;
  for (const [name, role] of policies) {
    it(`takes its candidates from the ${role} policy, rolls nothing out and scores prefixes (${name})`, async () => {
      const here = new Recorded(7);
      const other = role === 'baseline' ? here.reference : here.baseline;
      const { events, result } = await here.write({
        method: 'args',
        argsPolicy: role,
        exhaustive: true,
      });
      assert.equal(here[role].questions('next').length, result.ids.length);
      assert.deepEqual(other.questions('next'), []);
      for (const policy of [here.reference, here.baseline]) {
        assert.deepEqual(policy.questions('rollOut'), []);
      }
      for (const [step, { candidates }] of events.entries()) {
        const y = result.ids.slice(0, step);
        const logProbs = here[role].table([...promptTokens, ...y]);
        for (const { id, logprob, score } of candidates) {
          assert.equal(logprob, logProbs[id]);
          close(score!, logProbs[id]! + here.target.of([...y, id]) / alpha);
        }
      }
    });
  }
});

describe('best-of-N', () => {
  it('draws N whole responses of the reference policy and asks the baseline policy nothing', async () => {
    for (const [temperature, expected] of [
      [0, 1],
      [0.7, 0.7],
    ] as const) {
      const here = new Recorded(8);
      const { result } = await here.write({ method: 'bon', rollouts: 5, rollout: 1, temperature });
      assert.deepEqual(here.baseline.asked, []);
      const [question, ...more] = here.reference.questions('rollOut');
      assert.deepEqual(more, []);
      assert.equal(question!.length, promptTokens.length);
      assert.equal(question!.starts.length, 5);
      for (const start of question!.starts) {
        assert.deepEqual([start.tokens, start.length], [[], maxTokens]);
        assert.equal(start.sampler?.temperature, expected);
      }
      assert.equal(new Set(question!.starts.map(firstNumber)).size, 5);
      const scores = here.target.responses.slice(0, 5).map(({ tokens }) => here.target.of(tokens));
      assert.equal(here.target.of(result.ids), Math.max(...scores));
    }
  });
});

describe('plain methods', () => {
  for (const [method, role] of [
    ['sft', 'reference'],
    ['dpo', 'baseline'],
  ] as const) {
    it(`samples each token from the ${role} policy at the text's temperature (${method})`, async () => {
      const here = new Recorded(9);
      const { result } = await here.write({ method, temperature: 0.6 });
      const drawn = here[role].questions('sample');
      assert.equal(drawn.length, result.ids.length);
      for (const { temperature } of drawn) assert.equal(temperature, 0.6);
      const other = role === 'baseline' ? here.reference : here.baseline;
      assert.deepEqual(other.questions('sample'), []);
    });

    it(`takes the likeliest token of the ${role} policy at temperature 0 (${method})`, async () => {
      const here = new Recorded(10);
      const { result } = await here.write({ method });
      assert.deepEqual(here[role].questions('sample'), []);
      for (const [step, id] of result.ids.entries()) {
        const logProbs = here[role].table([...promptTokens, ...result.ids.slice(0, step)]);
        assert.equal(logProbs[id], Math.max(...logProbs));
      }
    });
  }
});

function firstNumber({ sampler }: RolloutStart): number {
  return sampler!.uniform(promptTokens.length);
}

function countBy<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of [...items].sort()) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}
