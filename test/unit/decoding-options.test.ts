import assert from 'node:assert/strict';
import { generate, prepare } from '../../src/decoding/generate.ts';
import { shortcutsWithout } from '../../src/decoding/shortcuts/shortcuts.ts';
import { methodOf } from '../../src/decoding/methods/catalogue.ts';
import { checkOptions } from '../../src/decoding/check-options.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { methodIds } from '../../src/protocol/options.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

const vocabulary = 4;

const checked = (input: DecodingOptionsInput, size: number) =>
  checkOptions(input, methodOf(input.method), size);

function failure(code: ErrorCode, ...parts: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof TqError);
    assert.equal(error.code, code);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    assert.match(error.message, /^[^\n]+\.$/u);
    return true;
  };
}

function requestOf(change: Partial<DecodingRequest> = {}): DecodingRequest {
  return {
    prompt: { text: '', tokens: [1, 2] },
    options: { method: 'tq' },
    policies: {
      reference: new TabularPolicy('sft', vocabulary, randomTable(vocabulary, 1)),
      baseline: new TabularPolicy('dpo', vocabulary, randomTable(vocabulary, 2)),
    },
    rewards: { target: new TabularReward('joy', randomScores(vocabulary, 3, [0, 1]), [0, 1]) },
    decode: letters,
    ...change,
  };
}

describe('decoding options', () => {
  const bad: readonly (readonly [Partial<DecodingOptionsInput>, ...string[]])[] = [
    [{ alpha: 0 }, 'alpha', '0', 'above 0'],
    [{ alpha: -1 }, 'alpha', '-1'],
    [{ alpha: NaN }, 'alpha', 'NaN'],
    [{ alpha: Infinity }, 'alpha', 'Infinity', 'finite'],
    [{ beta: 0 }, 'beta', '0', 'above 0'],
    [{ k: 0 }, 'option k ', '0', '1 or more'],
    [{ k: 5 }, 'option k ', '5', 'at most 4'],
    [{ k: 1.5 }, 'option k ', '1.5', 'whole number'],
    [{ rollout: 0 }, 'option rollout ', '0', '1 or more'],
    [{ rollouts: 0 }, 'option rollouts ', '0', '1 or more'],
    [{ maxTokens: 0 }, 'maxTokens', '0', '1 or more'],
    [{ maxTokens: Infinity }, 'maxTokens', 'Infinity'],
    [{ temperature: -0.1 }, 'temperature', '-0.1', '0 (greedy) or more'],
    [{ temperature: NaN }, 'temperature', 'NaN'],
    [{ seed: -1 }, 'seed', '-1', '0 or more'],
    [{ batch: 0 }, 'batch', '0', '1 or more'],
    [{ stop: ['a', ''] }, 'stop string 2', 'empty'],
    [{ argsPolicy: 'other' as 'baseline' }, 'argsPolicy', 'other', 'reference or baseline'],
    [{ method: 'beam' as 'tq' }, 'beam', 'tq-indirect'],
    [
      { method: 'tq-indirect', indirectReference: 'baseline', rollouts: 1 },
      ...['1', 'at least 2', 'cancels', 'dt'],
    ],
    [{ alpha: 1e-320 }, 'alpha', '1e-320', 'at least 1e-100'],
    [{ beta: 5e-324 }, 'beta', '5e-324', 'at least 1e-100'],
    [{ temperature: 1e-50 }, 'temperature', '1e-50', '0 (greedy) or at least 0.000001'],
    [{ indirectReference: 'sft' as 'derived' }, 'indirectReference', 'sft', 'derived or baseline'],
    [{ rolloutLaw: 'other' as 'common' }, 'rolloutLaw', 'other', 'independent or common'],
  ];
  for (const [change, ...parts] of bad) {
    const [[name, value]] = Object.entries(change).slice(-1) as [[string, unknown]];
    it(`refuse ${name} ${String(value)}, saying ${parts.slice(1).join(', ')}`, () => {
      assert.throws(
        () => checked({ method: 'tq', ...change }, vocabulary),
        failure(ErrorCode.invalidInput, ...parts),
      );
    });
  }

  it("default to the paper's setting", () => {
    const direct = checked({ method: 'tq' }, 49_152);
    assert.deepEqual([direct.alpha, direct.k, direct.rollout, direct.rollouts], [1, 10, 20, 1]);
    assert.deepEqual([direct.maxTokens, direct.temperature], [128, 0]);
    const indirect = checked({ method: 'tq-indirect' }, 49_152);
    assert.equal(indirect.rollout, 5);
    assert.ok(indirect.rollouts >= 2);
    assert.equal(checked({ method: 'tq' }, 3).k, 3);
  });

  it('enable every shortcut by default, and none if exhaustive', () => {
    const lazy = checked({ method: 'tq', shortcuts: { bounds: false } }, vocabulary);
    assert.deepEqual(lazy.shortcuts, {
      incrementalReward: true,
      bounds: false,
      carryOver: true,
      lookAhead: true,
      dedupe: true,
    });
    const named = shortcutsWithout(['carry-over', 'no-repetition']);
    const { shortcuts } = checked({ method: 'tq', shortcuts: named }, vocabulary);
    assert.deepEqual(
      Object.entries(shortcuts).flatMap(([name, on]) => (on ? [] : [name])),
      ['carryOver', 'dedupe'],
    );
    const full = checked({ method: 'tq', exhaustive: true }, vocabulary);
    assert.ok(Object.values(full.shortcuts).every((on) => !on));
  });
});

describe('a decoding request', () => {
  it('is refused with an empty prompt', () => {
    const prompt = { text: '', tokens: [] };
    assert.throws(
      () => prepare(requestOf({ prompt })),
      failure(ErrorCode.invalidInput, 'prompt', 'empty'),
    );
  });

  it('is refused if a policy or a reward that the method needs is missing', () => {
    for (const method of methodIds) {
      assert.throws(
        () => prepare(requestOf({ options: { method }, policies: {} })),
        failure(ErrorCode.invalidInput, method, 'policy'),
      );
      const withoutReward = requestOf({ options: { method }, rewards: {} });
      if (method === 'sft' || method === 'dpo') prepare(withoutReward);
      else {
        assert.throws(
          () => prepare(withoutReward),
          failure(ErrorCode.invalidInput, method, 'target reward'),
        );
      }
    }
  });

  it('needs r_BL or a reference with the same vocabulary for tq-indirect', () => {
    const other = new TabularPolicy('sft', vocabulary, randomTable(vocabulary, 1), 'digits');
    const { policies } = requestOf();
    assert.throws(
      () =>
        prepare(
          requestOf({
            options: { method: 'tq-indirect' },
            policies: { ...policies, reference: other },
          }),
        ),
      failure(ErrorCode.invalidInput, 'baseline reward', 'vocabulary'),
    );
  });

  it('is refused if the response might not fit, with a message that says what fits', () => {
    const { policies } = requestOf();
    (policies.baseline as TabularPolicy).contextLength = 100;
    const options = { method: 'tq', maxTokens: 99, rollout: 20 } as const;
    assert.throws(
      () => prepare(requestOf({ policies, options })),
      failure(ErrorCode.contextFull, '101', '100', '"dpo"', 'at most 98 new tokens'),
    );
    prepare(requestOf({ policies, options: { ...options, maxTokens: 98 } }));
    const prompt = { text: '', tokens: Array.from({ length: 100 }, () => 1) };
    assert.throws(
      () => prepare(requestOf({ policies, prompt, options: { ...options, maxTokens: 10 } })),
      failure(ErrorCode.contextFull, 'at most 90 prompt tokens'),
    );
  });

  it('fails before anything is opened', async () => {
    const request = requestOf({ options: { method: 'tq', alpha: 0 } });
    await assert.rejects(generate(request).next(), failure(ErrorCode.invalidInput, 'alpha'));
    assert.equal((request.policies.baseline as TabularPolicy).openSequences, 0);
  });
});
