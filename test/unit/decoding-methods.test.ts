import assert from 'node:assert/strict';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { RolloutStart, TokenId } from '../../src/decoding/policy.ts';
import { RecordingPolicy, RecordingReward } from './recording.ts';
import { allResponses, END, letters, randomScores, randomTable, type Table } from './tabular.ts';

const promptTokens = [1, 2];
const vocabulary = 4;
const alpha = 0.3;
const maxTokens = 4;

type Tokens = readonly TokenId[];

/** Policies and rewards that record what they were asked. */
class Recorded {
  readonly reference: RecordingPolicy;
  readonly baseline: RecordingPolicy;
  readonly target: RecordingReward;
  readonly baselineReward: RecordingReward;

  constructor(
    readonly seed: number,
    /** Without ends, every response has `maxTokens` tokens. */
    endless = false,
  ) {
    const table = (offset: number): Table => {
      const random = randomTable(vocabulary, 100 * seed + offset);
      return endless ? (state) => withoutEnd(random(state)) : random;
    };
    const scores = (offset: number) => randomScores(vocabulary, 100 * seed + offset, [0, 1]);
    this.reference = new RecordingPolicy('sft', vocabulary, table(1));
    this.baseline = new RecordingPolicy('dpo', vocabulary, table(2));
    this.target = new RecordingReward('r', scores(3), [0, 1]);
    this.baselineReward = new RecordingReward('r_BL', scores(4), [0, 1]);
  }

  async write(options: DecodingOptionsInput) {
    return collect(
      generate({
        prompt: { text: '', tokens: promptTokens },
        options: { seed: this.seed, k: vocabulary, maxTokens, alpha, ...options },
        policies: { reference: this.reference, baseline: this.baseline },
        rewards: { target: this.target, baseline: this.baselineReward },
        decode: letters,
      }),
    );
  }
}

function withoutEnd(logProbs: readonly number[]): number[] {
  const rest = Math.log1p(-Math.exp(logProbs[END]!));
  return logProbs.map((logProb, token) => (token === END ? -Infinity : logProb - rest));
}

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

    if (method === 'tq-indirect') continue;
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
      const [, bound] = klBounds(result);
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

function exactKl(result: { readonly kl: unknown }): number {
  const [low, high] = klBounds(result);
  assert.equal(low, high);
  return low;
}

/** The KL of a result: one number, or its bounds. */
function klBounds({ kl }: { readonly kl: unknown }): readonly [low: number, high: number] {
  const isSpan = typeof kl === 'object' && kl !== null && 'low' in kl && 'high' in kl;
  const [low, high] = isSpan ? [kl.low, kl.high] : [kl, kl];
  assert.ok(typeof low === 'number' && typeof high === 'number');
  return [low, high];
}

function firstNumber({ sampler }: RolloutStart): number {
  return sampler!.uniform(promptTokens.length);
}

function countBy<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of [...items].sort()) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function close(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}
