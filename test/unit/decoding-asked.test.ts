import assert from 'node:assert/strict';
import { collect, generate } from '../../src/decoding/generate.ts';
import { methodOf } from '../../src/decoding/methods/catalogue.ts';
import type { DecodingOptions, DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { stream } from '../../src/decoding/random.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { methodIds, type MethodName } from '../../src/protocol/options.ts';
import { RecordingPolicy } from './recording.ts';
import {
  END,
  letters,
  randomScores,
  randomTable,
  TabularPolicy,
  TabularReward,
  type Table,
} from './tabular.ts';

const vocabulary = 5;
const prompt = { text: '', tokens: [1, 2] };

/** Never ends by itself. */
function endless(seed: number): Table {
  const table = randomTable(vocabulary, seed);
  return (state) => table(state).map((logProb, token) => (token === END ? -50 : logProb));
}

class Asked {
  readonly reference = new RecordingPolicy('sft', vocabulary, endless(1));
  readonly baseline = new RecordingPolicy('dpo', vocabulary, endless(2));
  readonly target = new TabularReward('joy', randomScores(vocabulary, 3, [0, 1]), [0, 1]);

  request(options: DecodingOptionsInput): DecodingRequest {
    return {
      prompt,
      options: { k: 3, rollout: 4, maxTokens: 7, exhaustive: true, seed: 9, ...options },
      policies: { reference: this.reference, baseline: this.baseline },
      rewards: { target: this.target },
      decode: letters,
    };
  }
}

async function asked(options: DecodingOptionsInput) {
  const here = new Asked();
  return { ...here, ...(await collect(generate(here.request(options)))) };
}

describe('what decoding asks the policies', () => {
  const rolling: readonly (readonly [MethodName, 'reference' | 'baseline'])[] = [
    ['cd', 'reference'],
    ['dt', 'baseline'],
    ['tq', 'baseline'],
    ['tq-indirect', 'baseline'],
  ];
  for (const [method, role] of rolling) {
    it(`asks the ${role} policy for H tokens after each candidate of ${method}, and less near the end`, async () => {
      const { reference, baseline, events } = await asked({ method, rollouts: 2 });
      const [own, other] = role === 'reference' ? [reference, baseline] : [baseline, reference];
      assert.deepEqual(other.starts, []);
      assert.deepEqual(
        own.questions('next').map(({ k }) => k),
        Array<number>(7).fill(3),
      );
      // H is 4, and a response has 7 tokens. After the last token nothing is left to roll out.
      assert.deepEqual(
        own.questions('rollOut').map(({ starts }) => starts.map(({ length }) => length)),
        [4, 4, 4, 3, 2, 1].map((length) => Array<number>(6).fill(length)),
      );
      own.questions('rollOut').forEach(({ starts }, step) => {
        assert.deepEqual(
          starts.map(({ tokens }) => tokens),
          events[step]!.candidates.flatMap(({ id }) => [[id], [id]]),
        );
      });
    });
  }

  it('lets the policy reuse positions by shortcut 4 alone', async () => {
    for (const carryOver of [true, false]) {
      const shortcuts = { carryOver, bounds: false };
      for (const method of ['tq', 'tq-indirect', 'bon'] as const) {
        const { reference, baseline } = await asked({ method, exhaustive: false, shortcuts });
        if (method === 'tq-indirect') assert.ok(reference.reuse.length > 0);
        const reuse = [...reference.reuse, ...baseline.reuse];
        assert.ok(reuse.length > 0 && reuse.every((each) => each === carryOver));
      }
    }
  });

  it('asks for one greedy rollout if n is 1', async () => {
    const { baseline } = await asked({ method: 'tq', rollouts: 1 });
    assert.equal(baseline.starts.length, 6 * 3);
    assert.ok(baseline.starts.every(({ sampler }) => sampler === undefined));
  });

  it('samples n rollouts at temperature 1, whatever the temperature of the text', async () => {
    const { baseline } = await asked({ method: 'tq', rollouts: 3, temperature: 0.4 });
    const [first] = baseline.questions('rollOut');
    assert.equal(first!.starts.length, 9);
    assert.ok(baseline.starts.every(({ sampler }) => sampler!.temperature === 1));
  });

  it('asks for no rollouts in ARGS and in plain decoding', async () => {
    for (const method of ['args', 'sft', 'dpo'] as const) {
      const { reference, baseline } = await asked({ method });
      assert.deepEqual([...reference.starts, ...baseline.starts], []);
    }
  });

  it('takes the candidates of ARGS-SFT from pi_SFT and those of ARGS-DPO from pi_BL', async () => {
    for (const argsPolicy of ['reference', 'baseline'] as const) {
      const { [argsPolicy]: own, events } = await asked({ method: 'args', argsPolicy });
      const table = endless(argsPolicy === 'reference' ? 1 : 2)(prompt.tokens);
      assert.equal(own.questions('next').length, 7);
      for (const { id, logprob } of events[0]!.candidates) assert.equal(logprob, table[id]);
    }
  });

  it('draws the N whole responses of best-of-N from pi_SFT', async () => {
    for (const [temperature, expected] of [
      [0, 1],
      [0.5, 0.5],
    ] as const) {
      const options = { method: 'bon', rollouts: 4, temperature } as const;
      const { reference, baseline, events } = await asked(options);
      assert.deepEqual(baseline.starts, []);
      assert.ok(events.every(({ candidates }) => candidates.length === 0));
      assert.equal(reference.questions('rollOut').length, 1);
      reference.starts.forEach(({ tokens, length, sampler }, index) => {
        assert.deepEqual([tokens, length], [[], 7]);
        assert.equal(sampler!.temperature, expected);
        const place = prompt.tokens.length + 3;
        assert.equal(sampler!.uniform(place), stream(9, 'sample', 3, 0, index).uniform());
      });
    }
  });

  it('samples a plain policy at the temperature, with one stream for each position', async () => {
    const { baseline } = await asked({ method: 'dpo', temperature: 0.7 });
    assert.deepEqual(
      baseline.questions('sample').map(({ temperature, uniform }) => ({ temperature, uniform })),
      Array.from({ length: 7 }, (_, step) => ({
        temperature: 0.7,
        uniform: stream(9, 'sample', step).uniform(),
      })),
    );
  });

  it('ends a best-of-N text that the policy left short', async () => {
    const here = new Asked();
    const short = new RecordingPolicy('sft', vocabulary, endless(1));
    short.change = ({ tokens, ended, logProbs }) => ({
      ended,
      tokens: tokens.slice(0, 3),
      logProbs: logProbs.slice(0, 3),
    });
    const request = here.request({ method: 'bon', rollouts: 2 });
    const policies = { ...request.policies, reference: short };
    const { result } = await collect(generate({ ...request, policies }));
    assert.deepEqual([result.stop, result.ids.length], ['length', 3]);
    assert.equal(result.samples!.length, 2);
  });

  it('scores each different continuation once for the implicit baseline reward', async () => {
    // Two tokens are possible, so that four rollouts of one candidate are often equal.
    const table: Table = () => [-50, Math.log(0.5), Math.log(0.5)];
    const scored = async (dedupe: boolean) => {
      const reference = new RecordingPolicy('sft', 3, table);
      const request = new Asked().request({
        ...{ method: 'tq-indirect', rollouts: 4, rollout: 1, maxTokens: 2, k: 2 },
        ...{ exhaustive: false, shortcuts: { dedupe, bounds: false, lookAhead: false } },
      });
      const baseline = new TabularPolicy('dpo', 3, table);
      const policies = { reference, baseline };
      const { result } = await collect(generate({ ...request, policies }));
      const [first] = reference.questions('score');
      return { ids: result.ids, texts: first!.continuations.map((tokens) => tokens.join(' ')) };
    };
    const [once, each] = [await scored(true), await scored(false)];
    assert.deepEqual(once.ids, each.ids);
    assert.equal(each.texts.length, 8);
    assert.equal(once.texts.length, new Set(each.texts).size);
    assert.ok(once.texts.length <= 4);
  });
});

describe('an implicit baseline reward', () => {
  it('is 0 if pi_BL is pi_SFT', async () => {
    const policy = new RecordingPolicy('sft', vocabulary, endless(1));
    const events = async (baseline?: TabularReward) => {
      const request = new Asked().request({ method: 'tq-indirect', rollouts: 3 });
      const rewards = { ...request.rewards, ...(baseline && { baseline }) };
      const policies = { reference: policy, baseline: policy };
      return (await collect(generate({ ...request, policies, rewards }))).events;
    };
    const [implicit, zero] = [
      await events(),
      await events(new TabularReward('0', () => 0, [0, 0])),
    ];
    const values = (of: typeof implicit) =>
      of.map(({ candidates }) => candidates.map(({ value }) => value));
    assert.deepEqual(values(implicit), values(zero));
    assert.deepEqual(policy.questions('score'), []);
  });
});

describe('tokens of probability 0', () => {
  const half = Math.log(0.5);

  it('are no candidates', async () => {
    const table: Table = () => [-Infinity, half, -Infinity, half, -Infinity];
    for (const method of methodIds.filter((each) => each !== 'bon')) {
      const policy = new TabularPolicy('p', vocabulary, table);
      const request = new Asked().request({ method, k: vocabulary, rollouts: 2 });
      const policies = { reference: policy, baseline: policy };
      const { events } = await collect(generate({ ...request, policies }));
      for (const { candidates } of events) {
        assert.deepEqual(
          candidates.map(({ id }) => id),
          [1, 3],
          method,
        );
      }
    }
  });

  it('end the text with an error that names the policy if there are no others', async () => {
    const table: Table = () => Array<number>(vocabulary).fill(-Infinity);
    const policy = new TabularPolicy('broken', vocabulary, table);
    const request = new Asked().request({ method: 'dpo' });
    await assert.rejects(
      collect(generate({ ...request, policies: { baseline: policy } })),
      (error: unknown) => {
        assert.ok(error instanceof TqError && error.code === ErrorCode.badModel);
        const sentence =
          'The policy "broken" gave every token probability 0; its weights may be damaged.';
        assert.equal(error.message, sentence);
        return true;
      },
    );
  });
});

describe('the branches that a method keeps in memory', () => {
  const options = { k: 3, rollout: 20, rollouts: 4, maxTokens: 9 } as DecodingOptions;

  it('are n rollouts of k candidates, no longer than a response', () => {
    for (const method of ['cd', 'dt', 'tq', 'tq-indirect'] as const) {
      const { count, length, options: named } = methodOf(method).branches(options)!;
      assert.deepEqual([count, length], [12, 9]);
      assert.equal(named, 'k, rollouts or rollout');
      assert.equal(methodOf(method).branches({ ...options, rollout: 5 })!.length, 6);
    }
  });

  it('are the N responses in best-of-N, and none without rollouts', () => {
    const branches = { count: 4, length: 9, options: 'rollouts or maxTokens' };
    assert.deepEqual(methodOf('bon').branches(options), branches);
    for (const method of ['sft', 'dpo', 'args'] as const) {
      assert.equal(methodOf(method).branches(options), undefined);
    }
  });
});
