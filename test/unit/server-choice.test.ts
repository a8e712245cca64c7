import assert from 'node:assert/strict';
import { modelMemory } from '../../src/engine/models/memory.ts';
import { newServer, newServerModels } from '../../src/extension/models/new-server.ts';
import {
  memoryOf,
  recommendedFor,
  recommendedModels,
} from '../../src/extension/models/recommended-models.ts';
import { checkedEntry } from '../../src/extension/settings/checked-entry.ts';
import type { FoundServerEntry } from '../../src/protocol/found-models.ts';
import { isLoopback, originOf } from '../../src/protocol/server-address.ts';
import { serverSchema } from '../../src/protocol/servers.ts';
import { refusal } from './refusal.ts';

const llama: FoundServerEntry = {
  url: 'http://127.0.0.1:8080',
  kind: 'llama-server',
  program: 'llama-server',
  models: ['model.gguf'],
};
const vllm: FoundServerEntry = {
  url: 'http://127.0.0.1:8000',
  kind: 'vllm',
  program: 'vLLM',
  models: ['base', 'tuned'],
};

describe('servers that were found', function () {
  it('offer each model of a server that has several', function () {
    const offered = newServerModels([llama, vllm], []).map(({ model }) => model);
    assert.deepEqual(offered, [undefined, 'base', 'tuned']);
  });

  it('leave out what a setting names already', function () {
    const known = [
      { id: 'mine', url: 'http://127.0.0.1:8080/', model: undefined },
      { id: 'tuned', url: 'http://127.0.0.1:8000', model: 'tuned' },
    ];
    const offered = newServerModels([llama, vllm], known);
    assert.deepEqual(offered, [{ server: vllm, model: 'base' }]);
  });

  it('become entries of the setting, with the name of the program as their id', function () {
    assert.deepEqual(newServer({ server: llama, model: undefined }, []), {
      id: 'llama-server',
      url: 'http://127.0.0.1:8080',
      kind: 'llama-server',
    });
    const known = [{ id: 'vllm' }, { id: 'vllm-2' }];
    assert.deepEqual(newServer({ server: vllm, model: 'tuned' }, known), {
      id: 'vllm-3',
      url: 'http://127.0.0.1:8000',
      kind: 'vllm',
      model: 'tuned',
    });
  });
});

describe('recommended models', function () {
  const titles = (models: readonly { readonly weights: number }[]) =>
    models.map(({ weights }) => weights);
  const sizes = [1e9, 2e9, 4e9].map((weights) => ({
    ...recommendedModels[0]!,
    source: `owner/name/${weights}.gguf`,
    weights,
  }));

  it('begin with the largest that fits into free memory', function () {
    const memory = { total: 16e9, available: 3e9 };
    assert.deepEqual(titles(recommendedFor(memory, [], sizes)), [2e9, 1e9, 4e9]);
  });

  it('leave out what the machine cannot hold, and what is there', function () {
    const memory = { total: 3e9, available: 3e9 };
    assert.deepEqual(titles(recommendedFor(memory, [sizes[0]!.source], sizes)), [2e9]);
  });

  it('need the memory that the engine counts', function () {
    for (const model of recommendedModels) {
      assert.equal(memoryOf(model), modelMemory(model.weights, 'int8'), model.title);
    }
  });

  it('are three to five files of 0.5 to 4 billion weights under a free licence', function () {
    assert.ok(recommendedModels.length >= 3 && recommendedModels.length <= 5);
    for (const { source, weights, licence } of recommendedModels) {
      assert.match(source, /^[\w.-]+\/[\w.-]+-GGUF\/[\w.-]+\.gguf$/u);
      assert.ok(weights >= 0.45e9 && weights <= 4.1e9, source);
      assert.match(licence, /^(?:apache-2\.0|mit)$/u);
    }
  });
});

describe('entries of tqstar.servers', function () {
  const check = (entry: unknown) =>
    checkedEntry(serverSchema, entry, 1, (name, problem) => `${name} is wrong: ${problem}.`);

  it('are taken as the protocol reads them', function () {
    assert.deepEqual(check({ id: 'gpu', url: 'https://gpu:8000' }), {
      id: 'gpu',
      url: 'https://gpu:8000',
      allowInsecure: false,
    });
  });

  for (const [entry, message] of [
    [{ id: 'gpu' }, /^gpu is wrong: url: /u],
    [{ url: 'http://a' }, /^2 is wrong: id: /u],
    [{ id: 'gpu', url: 'http://a', kind: 'tgi' }, /^gpu is wrong: kind: .*llama-server/u],
    [{ id: 'gpu', url: 'http://a', maxInFlight: 0 }, /^gpu is wrong: maxInFlight: /u],
    [null, /^2 is wrong: .*object/u],
  ] as const) {
    it(`are refused by name: ${JSON.stringify(entry)}`, function () {
      assert.throws(() => check(entry), refusal(message));
    });
  }

  it('take no key, and do not repeat it', function () {
    const entry = { id: 'gpu', url: 'http://a', apiKey: 'very-secret' };
    assert.throws(
      () => check(entry),
      (error: unknown) => {
        assert.match(String(error), /apiKey/u);
        assert.doesNotMatch(String(error), /very-secret/u);
        return true;
      },
    );
  });
});

describe('addresses of servers', function () {
  it('are of this machine only by a loopback name', function () {
    const local = ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1/v1'];
    for (const url of local) assert.ok(isLoopback(new URL(url)), url);
    const remote = ['http://127.0.0.1.example', 'http://localhost.example', 'http://0.0.0.0'];
    for (const url of remote) assert.ok(!isLoopback(new URL(url)), url);
  });

  it('have an origin without path, user and password', function () {
    assert.equal(originOf('https://a:b@gpu:8000/v1/'), 'https://gpu:8000');
    assert.equal(originOf('nowhere'), 'nowhere');
  });
});
