import assert from 'node:assert/strict';
import fc from 'fast-check';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import type { Reward } from '../../src/decoding/reward.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { Constraint } from '../../src/engine/reward/constraint.ts';
import { WeightedSum } from '../../src/engine/reward/weighted-sum.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { prompt, response, scoreOf, scoresOf, stubReward } from './reward-support.ts';
import {
  endingTable,
  letters,
  randomScores,
  randomTable,
  TabularPolicy,
  TabularReward,
} from './tabular.ts';

const context = { modelsFolder: 'models' };
const wordLength = stubReward('word-length', [0, 10], (text) => Math.min(10, text.length));

describe('a constraint', () => {
  it('is 0 where the reward reaches the bound, and far below 0 by the shortfall elsewhere', async () => {
    const constraint = new Constraint(wordLength, 4);
    assert.equal(constraint.id, 'word-length>=4');
    assert.deepEqual(constraint.range, [-1400, 0]);
    assert.deepEqual(
      await scoresOf(constraint, ['abcd', 'abcdefgh', 'abc', '']),
      [0, 0, -1100, -1400],
    );
  });

  it('gives the score of the reward itself as its part', async () => {
    const session = await new Constraint(wordLength, 4).open(prompt('x'));
    assert.deepEqual(await session.parts!(response('abc')), { 'word-length': 3 });
  });

  it('is written as an expression and as a definition', async () => {
    const spec = { id: 'short', type: 'constraint', reward: 'length:words=2', atLeast: 0.5 };
    const reward = await createReward(spec, context);
    assert.equal(reward.id, 'short');
    assert.deepEqual(
      await scoresOf(reward, ['two words', 'one', 'a b c d e f g h']),
      [0, 0, -1250],
    );
    const sum = await createReward('concision + length:words=2>=0.5', context);
    assert.deepEqual(sum.range, [-1500, 1]);
    assert.ok((await scoreOf(sum, 'two words')) > 0);
    assert.ok((await scoreOf(sum, 'these are eight short words in one line')) < -1000);
  });

  it('refuses a score that leaves the range of its reward', async () => {
    for (const score of [1.5, -0.5]) {
      const constraint = new Constraint(
        stubReward('odd', [0, 1], () => score),
        0.5,
      );
      await assert.rejects(scoreOf(constraint, 'a'), {
        code: ErrorCode.badReward,
        message: `The reward "odd" gave ${score}, outside the range [0, 1] that it states.`,
      });
    }
  });

  it('refuses a bound outside the range, a missing range, a weight and what is no number', async () => {
    const refused: [unknown, RegExp][] = [
      ['length>=1.5', /'length' cannot ask for at least 1\.5; give a number from 0 to 1\.$/u],
      ['length>=-1', /at least -1; give a number from 0 to 1\.$/u],
      ['length>=0.5*2', /a constraint is a reward, '>=' and a number/u],
      ['length*2>=0.5', /a constraint has a reward and no weight/u],
      ['length>0.5', /a constraint is a reward, '>=' and a number/u],
      ['length>=much', /a constraint is a reward, '>=' and a number/u],
      ['>=0.5', /a constraint has a reward and no weight/u],
      [{ id: 'x', type: 'constraint', reward: 'length', atLeast: 'all' }, /atLeast/u],
    ];
    for (const [spec, message] of refused) {
      await assert.rejects(createReward(spec, context), (error) => {
        assert.ok(error instanceof TqError && error.code === ErrorCode.invalidInput);
        assert.match(error.message, message);
        return true;
      });
    }
    const open = stubReward('open', undefined, () => 1);
    assert.throws(() => new Constraint(open, 1), /'open' has no range, which a constraint needs/u);
  });
});

const problems = fc.record({
  seed: fc.nat(1_000_000),
  vocabulary: fc.integer({ min: 3, max: 6 }),
  maxTokens: fc.integer({ min: 2, max: 5 }),
  alpha: fc.constantFrom(0.05, 0.2, 1),
  atLeast: fc.constantFrom(0.3, 0.5, 0.8),
  lookAhead: fc.boolean(),
});
type Problem = typeof problems extends fc.Arbitrary<infer Value> ? Value : never;

/** Decoding with rollouts to the end of a text. */
function requestOf(problem: Problem, target: Reward, exhaustive: boolean): DecodingRequest {
  const { vocabulary, seed, maxTokens, alpha, lookAhead } = problem;
  const table = endingTable(randomTable(vocabulary, seed), 2, maxTokens - 1);
  const reference = new TabularPolicy('sft', vocabulary, table);
  return {
    prompt: { text: '', tokens: [1, 2] },
    options: {
      ...{ method: 'tq', alpha, k: vocabulary, rollout: maxTokens, rollouts: 1, maxTokens, seed },
      ...{ temperature: 0, exhaustive, shortcuts: { lookAhead } },
    },
    policies: { reference, baseline: reference },
    rewards: { target },
    decode: letters,
  };
}

function table(id: string, { vocabulary, seed }: Problem, offset: number): TabularReward {
  return new TabularReward(id, randomScores(vocabulary, seed + offset, [0, 1]), [0, 1]);
}

function constrained(problem: Problem, bound: Reward): WeightedSum {
  const rewards = [table('target', problem, 3), new Constraint(bound, problem.atLeast)];
  return new WeightedSum(
    rewards.map((reward) => ({ reward, weight: 1 })),
    { id: 'sum' },
  );
}

describe('decoding with a constraint', function () {
  this.timeout(60_000);

  it('leaves out candidates and writes the tokens of Algorithm 1 in full', async () => {
    const totals = { lazy: 0, full: 0 };
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const target = constrained(problem, table('bound', problem, 4));
        const lazy = await collect(generate(requestOf(problem, target, false)));
        const full = await collect(generate(requestOf(problem, target, true)));
        assert.deepEqual(lazy.result.ids, full.result.ids);
        assert.equal(lazy.result.reward, full.result.reward);
        totals.lazy += lazy.result.stats.candidatesEvaluated;
        totals.full += full.result.stats.candidatesEvaluated;
      }),
      { numRuns: 500, seed: 19 },
    );
    assert.ok(totals.lazy < 0.8 * totals.full, JSON.stringify(totals));
  });

  it('never ends with a text that fails when a candidate meets the constraint', async () => {
    let failing = 0;
    await fc.assert(
      fc.asyncProperty(problems, async (problem) => {
        const target = constrained(problem, table('bound', problem, 4));
        const plain = await collect(
          generate(requestOf(problem, table('target', problem, 3), true)),
        );
        const full = await collect(generate(requestOf(problem, target, true)));
        const { result } = await collect(generate(requestOf(problem, target, false)));
        const met = full.events[0]!.candidates.some(({ value }) => value !== null && value >= 0);
        if (met) assert.ok(result.reward! >= 0, `${result.text} fails the constraint`);
        const score = table('bound', problem, 4).of(plain.result.ids);
        if (met && score < problem.atLeast) failing += 1;
      }),
      { numRuns: 500, seed: 19 },
    );
    assert.ok(failing > 50, `${failing} texts fail without the constraint`);
  });

  it('values no more candidates for a constraint that is met, but the favourite of each step', async () => {
    const met = stubReward('met', [0, 1], () => 1);
    await fc.assert(
      fc.asyncProperty(problems, async (drawn) => {
        const problem = { ...drawn, lookAhead: false };
        const target = table('target', problem, 3);
        const plain = await collect(generate(requestOf(problem, target, false)));
        const bound = await collect(generate(requestOf(problem, constrained(problem, met), false)));
        assert.deepEqual(bound.result.ids, plain.result.ids);
        const { candidatesEvaluated, skippedSteps } = plain.result.stats;
        assert.ok(bound.result.stats.candidatesEvaluated <= candidatesEvaluated + skippedSteps);
      }),
      { numRuns: 500, seed: 19 },
    );
  });
});
