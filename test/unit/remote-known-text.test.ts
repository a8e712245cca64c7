import assert from 'node:assert/strict';
import { KnownText } from '../../src/engine/remote/known-text.ts';

const end = 9;

describe('what is known of a text at a server', () => {
  const candidate = (token: number) => [{ token, logProb: -0.5 }];
  const answer = (...tokens: readonly number[]) => ({
    tokens,
    tops: tokens.map(candidate),
    logProbs: tokens.map(() => -0.5),
  });

  it('ends at an end token, also where the server went on', () => {
    const known = new KnownText(new Set([end]));
    known.add([1], answer(2, end, 3), undefined);
    assert.deepEqual(known.rollout({ tokens: [1], length: 5 }), {
      ...{ tokens: [1, 2, end], ended: true },
      logProbs: [-0.5, -0.5],
    });
  });

  it('keeps the branch of a committed token, and no other', () => {
    const known = new KnownText(new Set([end]));
    known.add([1], answer(2, 3), undefined);
    known.add([4], answer(5), undefined);
    known.commit(1);
    assert.deepEqual(known.follow([], 5, undefined).tokens, [2, 3]);
    known.commit(7);
    assert.deepEqual(known.follow([], 5, undefined).tokens, []);
  });
});
