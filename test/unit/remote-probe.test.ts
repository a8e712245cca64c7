import assert from 'node:assert/strict';
import { openServer, type OpenServer } from '../../src/engine/remote/open-server.ts';
import { serverNote } from '../../src/engine/requests/server-note.ts';
import { serverKinds, serverSchema, type ServerKind } from '../../src/protocol/servers.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { FakeServer, lettersIn, type Faults } from './fake-server.ts';
import { END, randomTable, type Table } from './tabular.ts';

const tokenizer = { encode: lettersIn } as unknown as TextTokenizer;

/** A table of texts that do not end, so that a continuation has all its tokens. */
const endless: Table = (state) =>
  randomTable(8, 3)(state).map((logProb, token) => (token === END ? -Infinity : logProb));

const differing = {
  deterministic: 'not verified',
  reason: 'its log-probabilities of one text differ by up to 0.25 nats, by how they are computed',
};

/** Opens a server, and shows it a text of `length` tokens. */
async function probe(
  kind: ServerKind,
  faults: Faults = {},
  length = 0,
): Promise<{ readonly open: OpenServer; readonly server: FakeServer }> {
  const server = new FakeServer(kind, endless, faults);
  try {
    const url = await server.start();
    const options = serverSchema.parse({ id: 'box', url, kind, tokenizer: 'letters' });
    const open = await openServer(options, undefined, async () => tokenizer, undefined);
    await open.probe.reach(length, undefined);
    return { open, server };
  } finally {
    await server.stop();
  }
}

describe('the note about a server', () => {
  it('gives the reason and the smallest margins, and is left out for a verified one', () => {
    const margin = { candidates: 0.1234, rollouts: null };
    const reason = 'it continued one text in two ways';
    assert.equal(
      serverNote({ deterministic: 'not verified', reason, margin }),
      'The server is not deterministic: it continued one text in two ways. The text may differ from ' +
        'that of Algorithm 1 in full where a choice was close. The smallest margins were 0.12 nats ' +
        'between candidates.',
    );
    assert.equal(serverNote({ deterministic: 'verified', margin }), undefined);
    assert.equal(serverNote(undefined), undefined);
  });
});

describe('the probe of a server', () => {
  for (const kind of serverKinds) {
    it(`verifies a steady ${kind} with at most twelve continuations`, async () => {
      const { open, server } = await probe(kind);
      assert.deepEqual(open.probe.steadiness(100), { deterministic: 'verified' });
      const probes = server.asked.filter(({ path, body }) => {
        const length = body['n_predict'] ?? body['max_tokens'];
        return /completion|generate/u.test(path) && length !== 1;
      });
      assert.ok(probes.length <= 12, `${probes.length} requests`);
    });

    it(`says by how much ${kind} differs where texts are long and not alone`, async () => {
      for (const from of [0, 64]) {
        const { open } = await probe(kind, { unsteady: { from, by: 0.25 } });
        assert.deepEqual(open.probe.steadiness(100), differing);
      }
    });

    it(`refuses a ${kind} that reports certain tokens`, async () => {
      await assert.rejects(
        probe(kind, { speculative: true }),
        /speculative decoding; start it without a draft model\.$/u,
      );
    });

    it(`refuses a ${kind} that does not take its likeliest token`, async () => {
      await assert.rejects(
        probe(kind, { penalised: true }),
        /which is not its likeliest one; turn off penalties/u,
      );
    });

    it(`tries long texts of ${kind} when a text gets long`, async () => {
      const unsteady = { from: 512, by: 0.25 };
      const short = await probe(kind, { unsteady });
      assert.equal(short.open.probe.steadiness(100).deterministic, 'verified');
      const long = await probe(kind, { unsteady }, 400);
      assert.deepEqual(long.open.probe.steadiness(400), differing);
    });

    it(`says how long the texts were where the context of ${kind} is short`, async () => {
      const { open } = await probe(kind, { contextLength: 500 }, 400);
      assert.deepEqual(open.probe.steadiness(420), {
        deterministic: 'verified',
        reason: 'tried with texts of up to 72 tokens',
      });
    });
  }

  it('is refused by a vLLM without the model that was named', async () => {
    const server = new FakeServer('vllm', endless);
    const url = await server.start();
    const options = { id: 'box', url, kind: 'vllm', model: 'other', tokenizer: 'letters' } as const;
    try {
      await assert.rejects(
        openServer(serverSchema.parse(options), undefined, async () => tokenizer, undefined),
        /^TqError: The server box \(.*\) has no model "other"; it has toy\.$/u,
      );
    } finally {
      await server.stop();
    }
  });

  it('takes positions that llama-server leaves out as not compared', async () => {
    const { open } = await probe('llama-server', { halves: [3, 4] });
    assert.equal(open.probe.steadiness(100).deterministic, 'verified');
  });
});
