import assert from 'node:assert/strict';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingRequest } from '../../src/decoding/plan.ts';
import { letters, randomScores, randomTable, TabularPolicy, TabularReward } from './tabular.ts';

const vocabulary = 5;
const scores = randomScores(vocabulary, 3, [0, 1]);

function request(rewardEvery: number, now?: () => number): DecodingRequest {
  return {
    prompt: { text: '', tokens: [1, 2] },
    options: { method: 'tq', k: 3, rollout: 3, maxTokens: 6, alpha: 0.3, rewardEvery },
    policies: {
      reference: new TabularPolicy('sft', vocabulary, randomTable(vocabulary, 1)),
      baseline: new TabularPolicy('dpo', vocabulary, randomTable(vocabulary, 2)),
    },
    rewards: { target: new TabularReward('joy', scores, [0, 1]) },
    decode: letters,
    ...(now && { now }),
  };
}

describe('events of a text in progress', () => {
  it('report the reward of the text so far every n tokens, and change nothing else', async () => {
    const watched = await collect(generate(request(2)));
    const unwatched = await collect(generate(request(0)));
    const { ids } = watched.result;
    assert.deepEqual(ids, unwatched.result.ids);
    assert.ok(ids.length > 2);
    for (const { index, reward } of watched.events) {
      const due = (index + 1) % 2 === 0 && index + 1 < ids.length;
      assert.equal(reward, due ? scores(ids.slice(0, index + 1)) : null);
    }
    assert.ok(unwatched.events.every(({ reward }) => reward === null));
  });

  it('report the KL and time so far, which grow to those of the result', async () => {
    let clock = 0;
    const { events, result } = await collect(generate(request(2, () => (clock += 1))));
    const { events: unwatched } = await collect(generate(request(0, () => (clock += 1))));
    assert.deepEqual(events.at(-1)!.kl, result.kl);
    for (const [index, event] of events.entries()) {
      const before = events[index - 1];
      assert.ok(event.wallMs > (before?.wallMs ?? 0));
      assert.ok(event.kl!.low >= (before?.kl?.low ?? 0));
      assert.deepEqual(event.kl, unwatched[index]!.kl);
    }
  });

  it('report rollouts as they continue the text', async () => {
    // Every token but the first has a space before it.
    const decode = (tokens: readonly number[]) =>
      tokens.map((token, place) => (place === 0 ? '' : ' ') + letters([token])).join('');
    const options = { method: 'tq', k: 3, rollout: 1, maxTokens: 3, exhaustive: true } as const;
    const { events } = await collect(generate({ ...request(0), decode, options }));
    const rollouts = events.flatMap(({ candidates }) =>
      candidates.flatMap((each) => each.rollouts),
    );
    const shown = rollouts.flatMap(({ text }) => text || []);
    assert.ok(shown.length > 0);
    for (const text of shown) assert.match(text, /^ [a-z]$/u);
  });
});
