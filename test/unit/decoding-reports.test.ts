import assert from 'node:assert/strict';
import { collect, generate, prepare, writePrepared } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import type { Response, Reward } from '../../src/decoding/reward.ts';
import { Run } from '../../src/decoding/run.ts';
import { DecodingSession } from '../../src/decoding/session.ts';
import { END, letters, TabularPolicy, type Table } from './tabular.ts';

const prompt = { text: 'x', tokens: [1, 2] };

/** After the prompt: a or b, then b or the end, then always the end. */
const table: Table = (state) => {
  const rows = [
    [0.001, 0.6, 0.399],
    [0.4, 0.001, 0.599],
  ];
  return (rows[state.length - 2] ?? [0.998, 0.001, 0.001]).map(Math.log);
};

/** A reward of whole responses, which keeps what it is asked. */
class HeardReward implements Reward {
  readonly id = 'joy';
  readonly asked: Response[] = [];
  readonly commits: number[] = [];
  readonly incremental: (boolean | undefined)[] = [];
  closed = 0;

  constructor(
    private readonly of: (text: string) => number,
    readonly range: Reward['range'] = [0, 1],
    private readonly parts?: Readonly<Record<string, number>>,
  ) {}

  open: Reward['open'] = (_, options) => {
    this.incremental.push(options?.incremental);
    const { parts } = this;
    return Promise.resolve({
      positions: 0,
      score: (responses) => {
        this.asked.push(...responses);
        return Promise.resolve(responses.map(({ text }) => this.of(text)));
      },
      commit: (token) => {
        this.commits.push(token);
        return Promise.resolve();
      },
      ...(parts && { parts: () => Promise.resolve(parts) }),
      close: () => (this.closed += 1),
    });
  };
}

function requestOf(
  options: DecodingOptionsInput,
  target: Reward,
  policies: DecodingRequest['policies'] = {
    reference: new TabularPolicy('sft', 3, table),
    baseline: new TabularPolicy('dpo', 3, table),
  },
): DecodingRequest {
  return {
    prompt,
    policies,
    options: { k: 3, rollout: 2, maxTokens: 5, alpha: 1, ...options },
    rewards: { target },
    decode: letters,
  };
}

const run = (...given: Parameters<typeof requestOf>) => collect(generate(requestOf(...given)));

describe('the report of a token', () => {
  it('has log pi as the score of a plain policy, and no values', async () => {
    const { events } = await run({ method: 'dpo' }, new HeardReward(() => 0));
    const [{ candidates, value, decision, text }] = events as [(typeof events)[number]];
    assert.deepEqual([value, decision, text], [null, 'plain', 'a']);
    const none = {
      ...{ value: null, logMeanWeight: null, noise: null },
      ...{ rollouts: [], why: 'skipped' },
    };
    assert.deepEqual(candidates, [
      { id: 1, text: 'a', logprob: Math.log(0.6), score: Math.log(0.6), ...none },
      { id: 2, text: 'b', logprob: Math.log(0.399), score: Math.log(0.399), ...none },
      { id: END, text: '', logprob: Math.log(0.001), score: Math.log(0.001), ...none },
    ]);
  });

  it('has value, score and rollouts of valued candidates, and says which were pruned', async () => {
    const target = new HeardReward((text) => (text.startsWith('a') ? 0.75 : 0.25));
    const { events } = await run({ method: 'tq' }, target);
    const [{ candidates, value, decision, id }] = events as [(typeof events)[number]];
    assert.deepEqual([id, value, decision], [1, 0.75, 'evaluated']);
    const [a, b, end] = candidates;
    const direct = { logMeanWeight: null, noise: null };
    const evaluated = { logprob: Math.log(0.6), value: 0.75, score: Math.log(0.6) + 0.75 };
    const rollout = { text: 'b', ended: true, reward: 0.75, baselineReward: null, weight: null };
    assert.deepEqual(a, {
      ...{ id: 1, text: 'a', ...evaluated, ...direct },
      ...{ rollouts: [rollout], why: 'evaluated' },
    });
    const pruned = { ...direct, value: null, score: null, rollouts: [], why: 'pruned' };
    assert.deepEqual(end, { id: END, text: '', logprob: Math.log(0.001), ...pruned });
    // With 0.75 the first has 0.24, and the bound of the second is 0.08.
    assert.deepEqual(b, { id: 2, text: 'b', logprob: Math.log(0.399), ...pruned });
  });

  it('says that a decided step needed no value', async () => {
    const { events, result } = await run({ method: 'tq', alpha: 100 }, new HeardReward(() => 0.5));
    const { value, decision, candidates } = events[0]!;
    assert.deepEqual([value, decision], [null, 'skipped']);
    assert.ok(candidates.every(({ why, score }) => why === 'skipped' && score === null));
    assert.equal(result.stats.skippedSteps, result.stats.steps);
  });

  it('holds back what may begin a stop string, until the text has ended', async () => {
    const { events } = await run({ method: 'dpo', stop: ['ba'] }, new HeardReward(() => 0));
    assert.deepEqual(
      events.map(({ text }) => text),
      ['a', '', 'b'],
    );
  });

  it('has no rollout in ARGS', async () => {
    const { events } = await run({ method: 'args', exhaustive: true }, new HeardReward(() => 0.5));
    for (const { id, rollouts, why, value } of events.flatMap(({ candidates }) => candidates)) {
      assert.deepEqual([why, value], ['evaluated', 0.5]);
      const scored = { reward: 0.5, baselineReward: null, weight: null };
      assert.deepEqual(rollouts, [{ text: null, ended: id === END, ...scored }]);
    }
  });
});

describe('the reward of the finished text', () => {
  it('is that of the text and of how it ended', async () => {
    for (const [maxTokens, text, ended] of [
      [5, 'ab', true],
      [2, 'ab', false],
      [1, 'a', false],
    ] as const) {
      const target = new HeardReward((some) => some.length / 10);
      const { result } = await run({ method: 'dpo', maxTokens }, target);
      assert.deepEqual([result.text, result.stop], [text, ended ? 'eos' : 'length']);
      assert.equal(result.reward, text.length / 10);
      assert.deepEqual(target.asked, [{ text, tokens: result.ids, ended }]);
    }
  });

  it('is that of the text before a stop string', async () => {
    const target = new HeardReward((some) => some.length / 10);
    const { result, events } = await run({ method: 'dpo', stop: ['b'] }, target);
    assert.deepEqual([result.text, result.stop, result.reward], ['a', 'stop', 0.1]);
    assert.deepEqual(result.ids, [1, 2]);
    assert.deepEqual(target.asked, [{ text: 'a', tokens: [1, 2], ended: false }]);
    assert.equal(events.length, 2);
  });

  it('comes with its parts, if it has parts', async () => {
    const parts = { clear: 0.25, short: 0.75 };
    const { result } = await run({ method: 'dpo' }, new HeardReward(() => 0.5, [0, 1], parts));
    assert.deepEqual(result.parts, parts);
    const without = await run({ method: 'dpo' }, new HeardReward(() => 0.5));
    assert.ok(!('parts' in without.result));
    assert.ok(!('samples' in without.result));
  });

  it('is missing without a target reward', async () => {
    const request = requestOf({ method: 'dpo' }, new HeardReward(() => 0.5));
    const { result } = await collect(generate({ ...request, rewards: {} }));
    assert.equal(result.reward, null);
    assert.equal(result.stats.responsesScored, 0);
  });

  it('is missing if the request is aborted while it is computed', async () => {
    const abort = new AbortController();
    const target = new HeardReward(() => {
      abort.abort();
      throw new Error('stopped');
    });
    const request = { ...requestOf({ method: 'dpo' }, target), signal: abort.signal };
    const { result, events } = await collect(writePrepared(prepare(request)));
    assert.deepEqual([result.stop, result.reward, result.text], ['cancelled', null, 'ab']);
    assert.equal(events.length, 3);
  });

  it('is counted among the positions of Algorithm 1', async () => {
    const target = new HeardReward(() => 0.5);
    const { result } = await run({ method: 'dpo' }, target);
    assert.equal(result.stats.responsesScored, 1);
  });
});

describe('the time of a text', () => {
  it('is that of a monotonic clock if no other is given', async () => {
    const { result, events } = await run({ method: 'dpo' }, new HeardReward(() => 0.5));
    const times = [...events.map(({ wallMs }) => wallMs), result.stats.wallMs];
    assert.ok(times.every((time, index) => time >= (times[index - 1] ?? 0)));
  });
});

describe('the reward of a text in progress', () => {
  it('is asked every so many tokens, and is never that of an ended text', async () => {
    const target = new HeardReward((text) => text.length / 10);
    const { events } = await run({ method: 'dpo', rewardEvery: 1 }, target);
    assert.deepEqual(
      events.map(({ reward }) => reward),
      [0.1, 0.2, null],
    );
    assert.deepEqual(
      target.asked.map(({ ended }) => ended),
      [false, false, true],
    );
  });

  it('is missing without a target reward', async () => {
    const request = requestOf({ method: 'dpo', rewardEvery: 1 }, new HeardReward(() => 0.5));
    const { events } = await collect(generate({ ...request, rewards: {} }));
    assert.ok(events.every(({ reward }) => reward === null));
  });
});

describe('what a request opens', () => {
  it('tells rewards each token but the last, if they keep what they read', async () => {
    for (const incrementalReward of [true, false]) {
      const target = new HeardReward(() => 0.5);
      const { result } = await run({ method: 'dpo', shortcuts: { incrementalReward } }, target);
      assert.deepEqual(result.ids, [1, 2, END]);
      assert.deepEqual(target.incremental, [incrementalReward]);
      assert.deepEqual(target.commits, incrementalReward ? [1, 2] : []);
      assert.equal(target.closed, 1);
    }
  });

  it('opens a policy once that has both roles', async () => {
    const policy = new TabularPolicy('sft', 3, table);
    const policies = { reference: policy, baseline: policy };
    const { plan } = prepare(requestOf({ method: 'tq' }, new HeardReward(() => 0.5), policies));
    const session = new DecodingSession(plan, undefined);
    await session.open();
    assert.equal(policy.openSequences, 1);
    assert.equal(session.sequenceCount, 1);
    assert.equal(session.reference, session.sequence);
    assert.equal(session.policyPositions, 2);
    assert.equal(session.takenOverPositions, 0);
    session.close();
    assert.equal(policy.openSequences, 0);
  });

  it('counts what all policies computed and took over', async () => {
    const counts = [
      { positions: 5, takenOver: 3 },
      { positions: 7, takenOver: 4 },
    ];
    const policies = ['sft', 'dpo'].map((id, index) => {
      const policy = new TabularPolicy(id, 3, table);
      const open = policy.open.bind(policy);
      const counted = { count: counts[index], trunkPositions: 10 ** index };
      policy.open = async (tokens) => Object.assign(await open(tokens), counted);
      return policy;
    });
    const [reference, baseline] = policies as [TabularPolicy, TabularPolicy];
    const request = requestOf({ method: 'tq' }, new HeardReward(() => 0.5), {
      reference,
      baseline,
    });
    const session = new DecodingSession(prepare(request).plan, undefined);
    await session.open();
    assert.equal(session.policyPositions, 12);
    assert.equal(session.takenOverPositions, 7);
    assert.equal(session.trunkPositions, 11);
    assert.equal(session.sequenceCount, 2);
    assert.notEqual(session.reference, session.sequence);
    session.close();
  });

  it('looks ahead only where that is switched on', () => {
    const lookAheadOf = (lookAhead: boolean) => {
      const options = { method: 'tq', shortcuts: { lookAhead } } as const;
      const { plan, decode } = prepare(requestOf(options, new HeardReward(() => 0.5)));
      return new Run(plan, { decode }, () => 0, undefined).lookAhead;
    };
    assert.equal(lookAheadOf(false), undefined);
    assert.notEqual(lookAheadOf(true), undefined);
  });

  it('is closed if something does not open', async () => {
    const broken: Reward = { ...new HeardReward(() => 0), id: 'x', range: [0, 1], open: failed };
    const request = requestOf({ method: 'tq' }, broken);
    await assert.rejects(collect(generate(request)), /no weights/u);
    const { reference, baseline } = request.policies as Record<string, TabularPolicy>;
    assert.deepEqual([reference!.openSequences, baseline!.openSequences], [0, 0]);
  });
});

function failed(): never {
  throw new Error('no weights');
}
