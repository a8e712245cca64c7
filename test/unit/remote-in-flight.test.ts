import assert from 'node:assert/strict';
import { Continuations } from '../../src/engine/remote/continuations.ts';
import type { Completion, ServerDialect } from '../../src/engine/remote/dialect.ts';
import { InFlightLimit } from '../../src/engine/remote/in-flight.ts';

describe('the limit of texts in flight', () => {
  it('halves when the server is busy, once a round, and grows by one a round', () => {
    const traffic = { busy: 0 };
    const limit = new InFlightLimit(16, traffic);
    assert.equal(limit.texts, 16);
    traffic.busy += 5;
    assert.equal(limit.texts, 8);
    limit.answered(8);
    assert.equal(limit.texts, 9);
    for (let round = 0; round < 20; round += 1) limit.answered(limit.texts);
    assert.equal(limit.texts, 16);
  });

  it('never falls below one', () => {
    const traffic = { busy: 0 };
    const limit = new InFlightLimit(4, traffic);
    for (let round = 0; round < 10; round += 1) {
      traffic.busy += 1;
      assert.ok(limit.texts >= 1);
    }
    assert.equal(limit.texts, 1);
  });
});

describe('the queue before a server', () => {
  it('sends fewer texts at a time to a busy server, and answers each with its own', async () => {
    const traffic = { busy: 0 };
    const sizes: number[] = [];
    const complete: ServerDialect['complete'] = async ({ texts }) => {
      sizes.push(texts.length);
      // The first round was too much for it.
      if (sizes.length === 1) traffic.busy += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return texts.map(([first]): Completion => ({ tokens: [first!], tops: [], logProbs: [] }));
    };
    const dialect = { complete } as unknown as ServerDialect;
    const queue = new Continuations(dialect, 8, traffic);
    const asked = Array.from({ length: 24 }, (_, id) =>
      queue.ask({ text: [id], length: 1, top: 1 }, undefined),
    );
    const answers = await Promise.all(asked);
    assert.deepEqual(
      answers.map(({ tokens }) => tokens[0]),
      Array.from({ length: 24 }, (_, id) => id),
    );
    assert.equal(sizes[0], 8);
    assert.ok(sizes[1]! < 8, sizes.join(' '));
  });
});
