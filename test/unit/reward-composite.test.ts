import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Range } from '../../src/decoding/reward.ts';
import { Clamped } from '../../src/engine/reward/clamped.ts';
import { requireFiniteScores, withFiniteScores } from '../../src/engine/reward/finite-scores.ts';
import { type WeightedPart, WeightedSum } from '../../src/engine/reward/weighted-sum.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { prompt, response, scoreOf, scoresOf, stubReward } from './reward-support.ts';

const wordLength = stubReward('word-length', [0, 10], (text) => Math.min(10, text.length));
const vowels = stubReward('vowels', [0, 1], (text) => (/[aeiou]/u.test(text) ? 1 : 0));
const unbounded = stubReward('unbounded', undefined, (text) => text.length * 100 - 200);

describe('a weighted sum of rewards', () => {
  it('adds the weighted scores and the weighted ranges', async () => {
    const sum = new WeightedSum(
      [
        { reward: wordLength, weight: 0.5 },
        { reward: vowels, weight: 2 },
      ],
      { id: 'sum' },
    );
    assert.deepEqual(sum.range, [0, 7]);
    assert.deepEqual(await scoresOf(sum, ['abcd', 'xyz']), [4, 1.5]);
  });

  it('maps each part to [0, 1] first when it normalises', async () => {
    const sum = new WeightedSum(
      [
        { reward: wordLength, weight: 0.5 },
        { reward: vowels, weight: 2 },
      ],
      { id: 'sum', normalise: true },
    );
    assert.deepEqual(sum.range, [0, 2.5]);
    assert.deepEqual(await scoresOf(sum, ['abcde', '']), [0.25 + 2, 0]);
  });

  it('swaps the bounds of a part with a negative weight', async () => {
    const sum = new WeightedSum([{ reward: wordLength, weight: -1 }], { id: 'sum' });
    assert.deepEqual(sum.range, [-10, 0]);
    assert.equal(await scoreOf(sum, 'abc'), -3);
  });

  it('has no range if a part has none, and has one once that part is clamped', async () => {
    const open = new WeightedSum([{ reward: unbounded, weight: 2 }], { id: 'sum' });
    assert.equal(open.range, undefined);
    assert.equal(await scoreOf(open, 'abcd'), 400);
    const bounded = new WeightedSum([{ reward: new Clamped(unbounded, [-50, 50]), weight: 2 }], {
      id: 'sum',
    });
    assert.deepEqual(bounded.range, [-100, 100]);
    assert.deepEqual(await scoresOf(bounded, ['abcd', '', 'ab']), [100, -100, 0]);
  });

  it('reports the score of each part under a distinct name', async () => {
    const sum = new WeightedSum(
      [
        { reward: wordLength, weight: 1 },
        { reward: vowels, weight: 1 },
        { reward: wordLength, weight: 3 },
      ],
      { id: 'sum' },
    );
    const session = await sum.open(prompt('x'));
    const expected = { 'word-length': 4, vowels: 1, 'word-length (2)': 4 };
    assert.deepEqual(await session.parts!(response('abcd')), expected);
  });

  it('passes commits and closing to every part and adds their positions', async () => {
    const parts = [stubReward('a', [0, 1], () => 0), stubReward('b', [0, 1], () => 0)] as const;
    const sum = new WeightedSum(
      parts.map((reward) => ({ reward, weight: 1 })),
      { id: 'sum' },
    );
    const session = await sum.open(prompt('x'));
    await session.commit!(7);
    assert.equal(session.positions, 6);
    session.close();
    for (const { log } of parts) assert.deepEqual(log, { committed: [7], closed: 1 });
  });

  it('closes the open parts when another part cannot be opened', async () => {
    const first = stubReward('first', [0, 1], () => 0);
    const broken = { ...first, id: 'broken', open: () => Promise.reject(new Error('no memory')) };
    const sum = new WeightedSum(
      [
        { reward: first, weight: 1 },
        { reward: broken, weight: 1 },
      ],
      { id: 'sum' },
    );
    await assert.rejects(sum.open(prompt('x')), /no memory/u);
    assert.equal(first.log.closed, 1);
  });

  it('refuses an empty sum, a weight that is not finite, and normalising without a range', () => {
    const make =
      (parts: WeightedPart[], normalise = false) =>
      (): WeightedSum =>
        new WeightedSum(parts, { id: 'mine', normalise });
    const invalid = { code: ErrorCode.invalidInput };
    assert.throws(make([]), { ...invalid, message: /'mine' has no parts/u });
    assert.throws(make([{ reward: vowels, weight: Number.NaN }]), {
      ...invalid,
      message: /weight of 'vowels' .* NaN/u,
    });
    assert.throws(make([{ reward: unbounded, weight: 1 }], true), {
      ...invalid,
      message: /'unbounded' .* clamp/u,
    });
  });

  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const parts = fc.array(
    fc.record({
      bounds: fc.tuple(finite, finite),
      weight: finite,
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('keeps every score in its range, normalised or not', () =>
    fc.assert(
      fc.asyncProperty(parts, fc.boolean(), async (drawn, normalise) => {
        const weighted = drawn.map(({ bounds, weight, at }, index) => {
          const low = Math.min(...bounds);
          const high = Math.max(...bounds);
          const range: Range = [low, high];
          const score = Math.min(high, Math.max(low, low + at * (high - low)));
          return { reward: stubReward(`part-${index}`, range, () => score), weight };
        });
        const sum = new WeightedSum(weighted, { id: 'sum', normalise });
        const score = await scoreOf(sum, 'text');
        const [low, high] = sum.range!;
        assert.ok(score >= low && score <= high, `${score} is not in [${low}, ${high}]`);
      }),
    ));

  it('is the sum of its parts, each times its weight', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(finite, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (weights, normalise) => {
          const sum = new WeightedSum(
            weights.map((weight) => ({ reward: wordLength, weight })),
            { id: 'sum', normalise },
          );
          const session = await sum.open(prompt('x'));
          const said = response('abcde');
          const [score] = await session.score([said]);
          const byPart = Object.values(await session.parts!(said));
          const total = byPart.reduce((so, part, index) => so + part * weights[index]!, 0);
          assert.equal(score, total);
        },
      ),
    ));
});

describe('a clamped reward', () => {
  it('clamps raw scores to its range and keeps the id of the reward', async () => {
    const clamped = new Clamped(unbounded, [-100, 150]);
    assert.equal(clamped.id, 'unbounded');
    assert.deepEqual(await scoresOf(clamped, ['', 'abc', 'abcdef']), [-100, 100, 150]);
  });

  it('does not hide a score that is not finite', async () => {
    const broken = new Clamped(
      stubReward('broken', undefined, () => Infinity),
      [0, 1],
    );
    await assert.rejects(scoreOf(broken, 'a'), { code: ErrorCode.badReward });
  });

  it('refuses bounds that are equal, swapped or not finite', () => {
    for (const range of [
      [1, 1],
      [2, 1],
      [0, Infinity],
      [Number.NaN, 1],
    ] as const) {
      assert.throws(() => new Clamped(unbounded, range), { code: ErrorCode.invalidInput });
    }
  });
});

describe('the check of scores', () => {
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    it(`refuses ${bad} and names the reward but not the text`, async () => {
      const reward = withFiniteScores(stubReward('broken', [0, 1], () => bad));
      await assert.rejects(scoreOf(reward, 'a secret'), (error: Error & { code: number }) => {
        assert.equal(error.code, ErrorCode.badReward);
        assert.match(error.message, /'broken'/u);
        assert.doesNotMatch(error.message, /secret/u);
        return true;
      });
    });
  }

  it('refuses the score of a part that is not finite and names the part', async () => {
    const broken = stubReward('broken', [0, 1], () => Number.NaN);
    const sum = new WeightedSum([{ reward: broken, weight: 0 }], { id: 'sum' });
    await assert.rejects(scoreOf(sum, 'a'), { code: ErrorCode.badReward, message: /'broken'/u });
  });

  it('refuses the score of a part that leaves its range, though the sum stays within its own', async () => {
    const high = stubReward('high', [0, 1], () => 1.5);
    const low = stubReward('low', [0, 1], () => 0);
    const parts = [high, low].map((reward) => ({ reward, weight: 1 }));
    for (const normalise of [false, true]) {
      const sum = new WeightedSum(parts, { id: 'sum', normalise });
      await assert.rejects(scoreOf(sum, 'a'), {
        code: ErrorCode.badReward,
        message: 'The reward "high" gave 1.5, outside the range [0, 1] that it states.',
      });
    }
  });

  it('refuses a score out of range that a clamp would hide', async () => {
    const high = new Clamped(
      stubReward('high', [0, 1], () => 1.5),
      [0, 0.5],
    );
    await assert.rejects(scoreOf(high, 'a'), { code: ErrorCode.badReward, message: /"high"/u });
  });

  it('refuses too few scores for the responses', () => {
    assert.throws(() => requireFiniteScores('short', [1], 2), { code: ErrorCode.badReward });
  });

  it('passes finite scores, commits and positions through', async () => {
    const inner = stubReward('fine', [0, 1], () => 0.5);
    const session = await withFiniteScores(inner).open(prompt('x'));
    assert.deepEqual(await session.score([response('a')]), [0.5]);
    await session.commit!(4);
    session.close();
    assert.equal(session.positions, 3);
    assert.deepEqual(inner.log, { committed: [4], closed: 1 });
    assert.equal(session.parts, undefined);
  });
});
