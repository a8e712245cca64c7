import assert from 'node:assert/strict';
import { checkOptions } from '../../src/decoding/check-options.ts';
import { methodOf } from '../../src/decoding/methods/catalogue.ts';
import { rolloutRoom, type DecodingOptionsInput } from '../../src/decoding/options.ts';
import { planDecoding, type DecodingRequest } from '../../src/decoding/plan.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { methodIds, type MethodName } from '../../src/protocol/options.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';
import { refusal } from './refusal.ts';

const vocabulary = 4;

const checked = (input: Partial<DecodingOptionsInput>, method: MethodName = 'tq') =>
  checkOptions({ method, ...input }, methodOf(method), vocabulary);

describe('the refusal of a decoding option', () => {
  const notANumber = 'x' as unknown as number;
  const cases: readonly (readonly [Partial<DecodingOptionsInput>, string])[] = [
    [{ beta: -1 }, 'beta is -1; it must be a finite number above 0.'],
    [{ beta: notANumber }, 'beta is "x"; it must be a finite number above 0.'],
    [{ temperature: -1 }, 'temperature is -1; it must be a finite number of 0 (greedy) or more.'],
    [
      { temperature: Infinity },
      'temperature is Infinity; it must be a finite number of 0 (greedy) or more.',
    ],
    [
      { k: 5 },
      "k is 5; it must be a whole number of 1 or more and at most 4 (the policy's vocabulary).",
    ],
    [{ rollout: 0.5 }, 'rollout is 0.5; it must be a whole number of 1 or more.'],
    [{ rollouts: -1 }, 'rollouts is -1; it must be a whole number of 1 or more.'],
    [{ maxTokens: NaN }, 'maxTokens is NaN; it must be a whole number of 1 or more.'],
    [{ batch: 2 ** 53 }, `batch is ${2 ** 53}; it must be a whole number of 1 or more.`],
    [{ seed: 0.5 }, 'seed is 0.5; it must be a whole number of 0 or more.'],
    [{ rewardEvery: -1 }, 'rewardEvery is -1; it must be a whole number of 0 or more.'],
    [
      { argsPolicy: 'both' as 'baseline' },
      'argsPolicy is "both"; it must be reference or baseline.',
    ],
    [
      { indirectReference: 'both' as 'derived' },
      'indirectReference is "both"; it must be derived or baseline.',
    ],
    [{ rolloutLaw: 'both' as 'common' }, 'rolloutLaw is "both"; it must be independent or common.'],
  ];
  for (const [input, sentence] of cases) {
    it(`says that ${sentence}`, () => {
      assert.throws(() => checked(input), refusal(`The option ${sentence}`));
    });
  }

  it('says why a method needs several rollouts', () => {
    const reason = 'because with one rollout the weight in (16) cancels, and that is the method dt';
    const baseline = { indirectReference: 'baseline' } as const;
    assert.throws(
      () => checked({ ...baseline, rollouts: 1 }, 'tq-indirect'),
      refusal(`The option rollouts is 1; tq-indirect needs at least 2, ${reason}.`),
    );
    assert.equal(checked({ ...baseline, rollouts: 2 }, 'tq-indirect').rollouts, 2);
    assert.equal(checked({ rollouts: 1 }, 'tq-indirect').rollouts, 1);
    assert.equal(checked({ ...baseline, rollouts: 1 }, 'dt').rollouts, 1);
  });

  it('names the place of an empty stop string', () => {
    const message = 'The stop string 1 is empty; a stop string needs at least one character.';
    for (const empty of ['', 3 as unknown as string]) {
      assert.throws(() => checked({ stop: [empty, 'a'] }), refusal(message));
    }
  });

  it('lists the methods', () => {
    assert.throws(
      () => methodOf('beam'),
      refusal(`The method is "beam"; it must be one of ${methodIds.join(', ')}.`),
    );
  });

  it('does not come at the ends of what is allowed', () => {
    const least = { k: 1, rollout: 1, rollouts: 1, maxTokens: 1, batch: 1, rewardEvery: 0 };
    const given = { ...least, seed: 0, temperature: 0, beta: 1e-6, stop: ['a'] };
    const { k, seed, stop, argsPolicy } = checked({ ...given, argsPolicy: 'baseline' });
    assert.deepEqual([k, seed, stop, argsPolicy], [1, 0, ['a'], 'baseline']);
    assert.equal(checked({ k: vocabulary }).k, vocabulary);
  });
});

describe('the defaults of decoding', () => {
  it('are those of the paper and of each method', () => {
    for (const method of methodIds) {
      const { rollout, rollouts, ...rest } = checked({}, method);
      const expected = method === 'tq-indirect' ? [5, 4] : [20, method === 'bon' ? 10 : 1];
      assert.deepEqual([rollout, rollouts], expected, method);
      const { alpha, beta, k, maxTokens, temperature, seed, stop, batch, rewardEvery } = rest;
      assert.deepEqual(
        { alpha, beta, k, maxTokens, temperature, seed, stop, batch, rewardEvery },
        {
          ...{ alpha: 1, beta: 0.1, k: vocabulary, maxTokens: 128, temperature: 0, seed: 0 },
          ...{ stop: [], batch: 4, rewardEvery: 0 },
        },
      );
      const { exhaustive, argsPolicy, indirectReference, rolloutLaw } = rest;
      assert.deepEqual(
        [rest.method, exhaustive, argsPolicy, indirectReference, rolloutLaw],
        [method, false, 'reference', 'derived', 'independent'],
      );
    }
  });
});

describe('the methods of decoding', () => {
  it('have the names of the literature, and say how they choose', () => {
    const rows = methodIds.map((id) => {
      const { title, policy, needsReward, comparesWithReference } = methodOf(id);
      return [id, methodOf(id).id, title, policy, needsReward, comparesWithReference];
    });
    assert.deepEqual(rows, [
      ['sft', 'sft', 'Reference policy (SFT)', 'reference', false, true],
      ['dpo', 'dpo', 'Baseline policy (DPO)', 'baseline', false, true],
      ['bon', 'bon', 'Best of N', 'either', true, false],
      ['args', 'args', 'ARGS', 'either', true, true],
      ['cd', 'cd', 'Controlled decoding', 'reference', true, true],
      ['dt', 'dt', 'Direct transfer', 'baseline', true, true],
      ['tq', 'tq', 'Transfer Q*', 'baseline', true, true],
      ['tq-indirect', 'tq-indirect', 'Indirect Transfer Q*', 'baseline', true, true],
    ]);
    for (const id of methodIds) {
      const { score } = methodOf(id);
      if (id === 'bon') assert.equal(score, 'r of the whole response');
      else assert.match(score, /^log pi/u);
      assert.equal(score.includes('alpha'), /args|cd|dt|tq/u.test(id));
    }
  });
});

describe('the room of a rollout', () => {
  it('is H, what the response still may have after the candidate, or nothing', () => {
    const options = { rollout: 3, maxTokens: 6 };
    assert.deepEqual(
      [0, 2, 3, 4, 5, 9].map((committed) => rolloutRoom(options, committed)),
      [3, 3, 2, 1, 0, 0],
    );
  });
});

describe('the refusal of a decoding request', () => {
  const policy = (id: string, contextLength = 1000, vocabularyId = 'letters') => {
    const made = new TabularPolicy(id, vocabulary, randomTable(vocabulary, 1), vocabularyId);
    made.contextLength = contextLength;
    return made;
  };

  const planOf = (method: MethodName, change: Partial<DecodingRequest> = {}) =>
    planDecoding(
      {
        prompt: { text: '', tokens: [1, 2] },
        options: { method, maxTokens: 8, rollout: 2 },
        policies: { reference: policy('sft'), baseline: policy('dpo') },
        rewards: { target: new TabularReward('joy', randomScores(vocabulary, 3, [0, 1]), [0, 1]) },
        decode: letters,
        ...change,
      },
      methodOf(method),
    );

  it('names what is missing', () => {
    const baseline = policy('dpo');
    for (const [method, change, message] of [
      ['tq', { policies: {} }, 'The method tq needs a baseline policy; none was given.'],
      ['cd', { policies: { baseline } }, 'The method cd needs a reference policy; none was given.'],
      ['tq', { rewards: undefined }, 'The method tq needs a target reward; none was given.'],
      [
        'tq',
        { prompt: { text: '', tokens: [] } },
        'The prompt is empty; it needs at least one token.',
      ],
      [
        'tq-indirect',
        { policies: { baseline } },
        'The method tq-indirect needs a baseline reward, or for the implicit one a reference policy with the vocabulary of "dpo"; neither was given.',
      ],
    ] as const) {
      assert.throws(() => planOf(method, change), refusal(message));
    }
  });

  it('says how many tokens fit, of the policy that has the least room', () => {
    const full = (reference: TabularPolicy, baseline: TabularPolicy, tokens: number[]) =>
      planOf('tq', { policies: { reference, baseline }, prompt: { text: '', tokens } });
    const parts = 'prompt tokens and 8 new ones need';
    assert.throws(
      () => full(policy('sft', 9), policy('dpo'), [1, 2]),
      refusal(
        `2 ${parts} 10 of the 9 positions of the policy "sft"; at most 7 new tokens fit this prompt.`,
        ErrorCode.contextFull,
      ),
    );
    assert.throws(
      () => full(policy('sft'), policy('dpo', 9), Array<number>(9).fill(1)),
      refusal(
        `9 ${parts} 17 of the 9 positions of the policy "dpo"; at most 1 prompt tokens fit.`,
        ErrorCode.contextFull,
      ),
    );
    assert.throws(
      () => full(policy('sft'), policy('dpo', 5), Array<number>(9).fill(1)),
      refusal(
        `9 ${parts} 17 of the 5 positions of the policy "dpo"; at most 0 prompt tokens fit.`,
        ErrorCode.contextFull,
      ),
    );
    assert.throws(
      () => full(policy('sft'), policy('dpo', 3), [1, 2]),
      refusal(
        `2 ${parts} 10 of the 3 positions of the policy "dpo"; at most 1 new tokens fit this prompt.`,
        ErrorCode.contextFull,
      ),
    );
    full(policy('sft', 10), policy('dpo', 10), [1, 2]);
  });

  it('does not count a policy that the method does not use', () => {
    planOf('bon', { policies: { reference: policy('sft'), baseline: policy('dpo', 1) } });
    const other = policy('sft', 1, 'digits');
    const { reference } = planOf('tq', {
      policies: { reference: other, baseline: policy('dpo') },
    });
    assert.equal(reference, undefined);
  });

  it('does not come where a method does without', () => {
    assert.equal(planOf('sft', { rewards: undefined }).target, undefined);
    const baseline = policy('dpo');
    const calm = new TabularReward('calm', () => 0, [0, 1]);
    const rewards = { target: calm, baseline: calm };
    const plan = planOf('tq-indirect', { policies: { baseline }, rewards });
    assert.deepEqual([plan.reference, plan.policy], [undefined, baseline]);
  });

  it('keeps r_BL for the method that uses it', () => {
    const baseline = new TabularReward('calm', () => 0, [0, 1]);
    const rewards = { target: baseline, baseline };
    assert.equal(planOf('tq-indirect', { rewards }).rewardBaseline, baseline);
    assert.equal(planOf('tq', { rewards }).rewardBaseline, undefined);
    assert.equal(planOf('tq-indirect').rewardBaseline, undefined);
  });
});
