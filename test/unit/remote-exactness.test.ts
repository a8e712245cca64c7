import assert from 'node:assert/strict';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { Policy } from '../../src/decoding/policy.ts';
import { methodIds, type MethodName } from '../../src/protocol/options.ts';
import { serverKinds, serverSchema, type ServerKind } from '../../src/protocol/servers.ts';
import { openServer } from '../../src/engine/remote/open-server.ts';
import { RemotePolicy } from '../../src/engine/remote/remote-policy.ts';
import type { TextTokenizer } from '../../src/engine/models/tokenizer/text-tokenizer.ts';
import { FakeServer, lettersIn, type Faults } from './fake-server.ts';
import { END, type TabularPolicy } from './tabular.ts';
import { World } from './world.ts';

const letterTokenizer = { encode: lettersIn } as unknown as TextTokenizer;

/** A server with a policy's table, and the policy that runs on it. */
async function serve(
  policy: TabularPolicy,
  kind: ServerKind,
  faults?: Faults,
): Promise<{ readonly server: FakeServer; readonly remote: Policy }> {
  const server = new FakeServer(kind, policy.table, faults);
  const url = await server.start();
  const options = serverSchema.parse({ id: policy.id, url, kind, tokenizer: 'letters' });
  const open = await openServer(options, undefined, async () => letterTokenizer, undefined);
  const { id, vocabularyId, vocabularySize } = policy;
  const identity = { id, vocabularyId, vocabularySize, endTokens: new Set([END]) };
  return { server, remote: new RemotePolicy(identity, open) };
}

/** Writes one text with local policies, and with servers that have the same tables. */
async function bothWays(
  kind: ServerKind,
  method: MethodName,
  seed: number,
  change: Partial<DecodingOptionsInput> = {},
  { vocabulary = 6, ...faults }: Faults & { readonly vocabulary?: number } = {},
) {
  const world = new World({ seed, vocabulary, method, temperature: 0 });
  const request = world.request({ maxTokens: 12, rollout: 4, ...change });
  const { result: local } = await collect(generate(request));
  const reference = await serve(world.reference, kind, faults);
  const baseline = await serve(world.baseline, kind, faults);
  const before = baseline.server.completions;
  try {
    const { result: remote } = await collect(
      generate({
        ...request,
        policies: { reference: reference.remote, baseline: baseline.remote },
      }),
    );
    return { local, remote, requests: baseline.server.completions - before };
  } finally {
    await reference.server.stop();
    await baseline.server.stop();
  }
}

const greedyMethods = methodIds.filter((method) => method !== 'bon' && method !== 'tq-indirect');

describe('a policy at a server', () => {
  for (const kind of serverKinds) {
    for (const method of greedyMethods) {
      it(`writes the tokens of ${method} that the same policy writes here, on ${kind}`, async () => {
        for (const seed of [1, 2, 3]) {
          const { local, remote } = await bothWays(kind, method, seed);
          assert.deepEqual(remote.ids, local.ids);
          assert.equal(remote.reward, local.reward);
        }
      });
    }

    it(`writes the tokens of tq without shortcuts on ${kind}`, async () => {
      const { local, remote } = await bothWays(kind, 'tq', 4, { exhaustive: true });
      assert.deepEqual(remote.ids, local.ids);
    });

    it(`weighs rollouts by the implicit reward that ${kind} can score`, async () => {
      const greedy = { rollouts: 1 };
      const { local, remote } = await bothWays(kind, 'tq-indirect', 5, greedy);
      assert.deepEqual(remote.ids, local.ids);
    });
  }

  it('is asked for less than one completion a token while the favourite wins', async () => {
    const long = { alpha: 10, maxTokens: 24, k: 2 };
    const { remote, requests } = await bothWays('llama-server', 'tq', 3, long, { vocabulary: 30 });
    assert.equal(remote.ids.length, 24);
    assert.ok(requests <= 14, `${requests} requests`);
  });

  it('says how close the choices were, and whether the server is deterministic', async () => {
    const change = { exhaustive: true, alpha: 1 };
    const { local, remote } = await bothWays('vllm', 'tq', 2, change);
    const { deterministic, margin } = remote.stats.server!;
    assert.equal(deterministic, 'verified');
    assert.ok(margin.candidates! > 0 && margin.candidates! < 1, String(margin.candidates));
    assert.ok(margin.rollouts! > 0 && margin.rollouts! < 1, String(margin.rollouts));
    assert.equal(local.stats.server, undefined);
  });

  it('has no margin of rollouts where nothing is rolled out', async () => {
    const { remote } = await bothWays('sglang', 'sft', 2, { k: 2 });
    assert.equal(remote.stats.server!.margin.rollouts, null);
    assert.ok(remote.stats.server!.margin.candidates! > 0);
  });

  it('says that the context of the server is full', async () => {
    const world = new World({ seed: 1, vocabulary: 6, method: 'tq', temperature: 0 });
    const { server, remote } = await serve(world.reference, 'vllm', { contextLength: 20 });
    try {
      const sequence = await remote.open(Array.from({ length: 20 }, () => 1));
      await assert.rejects(
        sequence.next(3),
        /^TqError: The text needs 21 tokens, but the server's context holds 20; /u,
      );
      await assert.rejects(
        remote.open([6]),
        /Token id 6 is not in the vocabulary; ids are 0 to 5/u,
      );
    } finally {
      await server.stop();
    }
  });

  it('refuses a k above what the server reports', async () => {
    await assert.rejects(
      bothWays('vllm', 'tq', 1, { k: 6 }, { maxTop: 5 }),
      /^TqError: k is 6, but the server reports at most 5 candidates; /u,
    );
  });

  it('has a KL that is a lower bound, for a plain baseline policy', async () => {
    for (const seed of [1, 2, 3]) {
      // Two candidates of six tokens, so that most of both distributions is unknown.
      const { local, remote } = await bothWays('vllm', 'dpo', seed, { k: 2 });
      assert.equal(local.kl?.kind, 'exact');
      assert.equal(remote.kl?.kind, 'lower-bound');
      assert.equal(remote.kl.high, null);
      assert.ok(remote.kl.low > 0 && remote.kl.low < local.kl.low, JSON.stringify(remote.kl));
      assert.ok(Math.abs(remote.referenceLogProb! - local.referenceLogProb!) < 1e-9);
    }
  });

  it('draws no common random numbers, which need all probabilities', async () => {
    const common = { rollouts: 2, rolloutLaw: 'common' } as const;
    await assert.rejects(
      bothWays('vllm', 'tq', 1, common),
      /rolloutLaw is "common".*use "independent"\.$/u,
    );
  });

  it('writes the same where llama-server leaves out half characters', async () => {
    for (const seed of [1, 2, 3]) {
      const { local, remote } = await bothWays('llama-server', 'tq', seed, {}, { halves: [3, 4] });
      assert.deepEqual(remote.ids, local.ids);
    }
  });
});
