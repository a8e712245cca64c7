import assert from 'node:assert/strict';
import {
  totalTrunkPositions,
  type Response,
  type Reward,
  type RewardSession,
} from '../../src/decoding/reward.ts';
import { RewardScorer } from '../../src/decoding/scorer.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { refusal } from './refusal.ts';

const prompt = { text: '', tokens: [1] };
const shortcuts = { incrementalReward: true, dedupe: true };

/** A response of one letter a token. */
const responseOf = (text: string, ended = false): Response => ({
  text,
  tokens: Array.from(text, (letter) => letter.charCodeAt(0)),
  ended,
});

type Score = RewardSession['score'];

async function scorerOf(
  score: Score,
  change: Partial<Reward> = {},
  dedupe = true,
): Promise<RewardScorer> {
  const reward: Reward = {
    id: 'joy',
    range: [0, 1],
    open: () => Promise.resolve({ positions: 0, score, close: () => undefined }),
    ...change,
  };
  return RewardScorer.open(reward, prompt, { ...shortcuts, dedupe });
}

describe('the scores of a reward', () => {
  it('may leave the range by rounding, a millionth of its width, and are then clamped', async () => {
    const range = [-2, 2] as const;
    const given = async (score: number) => {
      const scorer = await scorerOf(() => Promise.resolve([score]), { range });
      return (await scorer.score([responseOf('a')]))[0];
    };
    assert.equal(await given(2 + 3.9e-6), 2);
    assert.equal(await given(-2 - 3.9e-6), -2);
    assert.equal(await given(1.5), 1.5);
    const outside = (score: number) =>
      refusal(
        `The reward "joy" gave ${score}, outside the range [-2, 2] that it states.`,
        ErrorCode.badReward,
      );
    await assert.rejects(given(2 + 4.1e-6), outside(2 + 4.1e-6));
    await assert.rejects(given(-2 - 4.1e-6), outside(-2 - 4.1e-6));
  });

  it('may be any finite number without a range', async () => {
    const given = async (score: number) => {
      const scorer = await scorerOf(() => Promise.resolve([score]), { range: undefined });
      return scorer.score([responseOf('a')]);
    };
    assert.deepEqual(await given(-1e9), [-1e9]);
    const message = 'The reward "joy" gave Infinity; a score must be a finite number.';
    await assert.rejects(given(Infinity), refusal(message, ErrorCode.badReward));
  });

  it('are as many as the responses', async () => {
    const scorer = await scorerOf(() => Promise.resolve([0.5]));
    await assert.rejects(
      scorer.score([responseOf('a'), responseOf('b')]),
      refusal('The reward "joy" gave 1 scores for 2 responses.', ErrorCode.badReward),
    );
  });

  it('fail with the reason that the reward throws, a text or an error', async () => {
    for (const thrown of ['no disk', new Error('no disk')]) {
      const scorer = await scorerOf(() => Promise.reject(thrown));
      await assert.rejects(scorer.score([responseOf('a')]), (error: unknown) => {
        assert.equal((error as Error).cause, thrown);
        return refusal('The reward "joy" failed: no disk.', ErrorCode.badReward)(error);
      });
    }
  });

  it("pass on the project's own errors, and those of an aborted request", async () => {
    const own = new TqError(ErrorCode.contextFull, 'Too long.');
    const scorer = await scorerOf(() => Promise.reject(own));
    await assert.rejects(scorer.score([responseOf('a')]), own);
    const other = new Error('stopped');
    const stopped = await scorerOf(() => Promise.reject(other));
    await assert.rejects(stopped.score([responseOf('a')], AbortSignal.abort()), other);
    const running = new AbortController().signal;
    await assert.rejects(stopped.score([responseOf('a')], running), TqError);
  });
});

describe('the memory of scores', () => {
  async function askedFor(
    responses: readonly Response[],
    textOnly: boolean,
    dedupe: boolean,
  ): Promise<{ texts: string[]; scores: number[]; count: number }> {
    const texts: string[] = [];
    const score: Score = (some) => {
      texts.push(...some.map(({ text, ended }) => text + (ended ? '.' : '')));
      return Promise.resolve(some.map(({ text }) => text.length / 10));
    };
    const scorer = await scorerOf(score, { textOnly }, dedupe);
    const scores = [...(await scorer.score(responses)), ...(await scorer.score(responses))];
    return { texts, scores, count: scorer.responsesScored };
  }

  const same = { ...responseOf('ab'), tokens: [7] };
  const some = [responseOf('ab'), responseOf('c'), responseOf('ab', true), same];

  it('tells responses apart by their tokens and by whether they ended', async () => {
    const { texts, scores, count } = await askedFor(some, false, true);
    assert.deepEqual(texts, ['ab', 'c', 'ab.', 'ab']);
    assert.deepEqual(scores, [0.2, 0.1, 0.2, 0.2, 0.2, 0.1, 0.2, 0.2]);
    assert.equal(count, 4);
  });

  it('tells them apart by text alone if the reward reads only text', async () => {
    const { texts, scores, count } = await askedFor(some, true, true);
    assert.deepEqual(texts, ['ab', 'c', 'ab.']);
    assert.deepEqual(scores, [0.2, 0.1, 0.2, 0.2, 0.2, 0.1, 0.2, 0.2]);
    assert.equal(count, 3);
  });

  it('is not used without shortcut 6', async () => {
    const { texts, count } = await askedFor(some, true, false);
    assert.equal(texts.length, 8);
    assert.equal(count, 8);
  });

  it('tells tokens 1, 11 from tokens 11, 1', async () => {
    const tokens = (...some: number[]) => ({ text: '', tokens: some, ended: false });
    const { texts } = await askedFor([tokens(1, 11), tokens(11, 1)], false, true);
    assert.equal(texts.length, 2);
  });

  it('asks nothing about responses that are all known', async () => {
    let asked = 0;
    const scorer = await scorerOf((some) => {
      asked += 1;
      return Promise.resolve(some.map(() => 0.5));
    });
    for (let times = 0; times < 3; times += 1) await scorer.score([responseOf('a')]);
    assert.equal(asked, 1);
  });

  it('does not ask about a response twice in one request', async () => {
    const { texts } = await askedFor([responseOf('a'), responseOf('a')], false, true);
    assert.deepEqual(texts, ['a']);
  });
});

describe('an open reward', () => {
  it('gets the prompt, whether to keep what it reads, and each committed token', async () => {
    const heard: unknown[] = [];
    const session: RewardSession = {
      positions: 3,
      trunkPositions: 2,
      score: () => Promise.resolve([]),
      commit: (token) => {
        heard.push(token);
        return Promise.resolve();
      },
      parts: () => Promise.resolve({ clear: 0.5 }),
      close: () => heard.push('closed'),
    };
    const open: Reward['open'] = (given, options) => {
      heard.push(given, options?.incremental);
      return Promise.resolve(session);
    };
    const reward: Reward = { id: 'joy', range: [0, 1], open };
    const scorer = await RewardScorer.open(reward, prompt, {
      incrementalReward: false,
      dedupe: true,
    });
    assert.deepEqual(await scorer.score([]), []);
    await scorer.commit(4);
    assert.deepEqual(await scorer.parts(responseOf('a')), { clear: 0.5 });
    scorer.close();
    assert.deepEqual(heard, [prompt, false, 4, 'closed']);
    assert.deepEqual([scorer.positions, scorer.trunkPositions, scorer.textOnly], [3, 2, false]);
  });

  it('says whether it reads only text', async () => {
    for (const textOnly of [true, false, undefined]) {
      const scorer = await scorerOf(() => Promise.resolve([]), { textOnly });
      assert.equal(scorer.textOnly, textOnly === true);
    }
  });

  it('may have no parts and no use for committed tokens', async () => {
    const scorer = await scorerOf(() => Promise.resolve([]));
    await scorer.commit(4);
    assert.equal(await scorer.parts(responseOf('a')), undefined);
  });
});

describe('positions of shared layers', () => {
  it('are added up over those that share some', () => {
    assert.equal(totalTrunkPositions([]), undefined);
    assert.equal(totalTrunkPositions([{}, { trunkPositions: undefined }]), undefined);
    assert.equal(totalTrunkPositions([{ trunkPositions: 0 }, {}]), 0);
    assert.equal(totalTrunkPositions([{ trunkPositions: 2 }, { trunkPositions: 3 }]), 5);
  });
});
