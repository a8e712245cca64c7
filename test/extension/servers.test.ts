import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import type { PolicyItem } from '../../src/extension/models/policy-items.ts';
import { policyItems, policyOf } from '../../src/extension/commands/select-policy.ts';
import { ServerAccess } from '../../src/extension/service/server-access.ts';
import { generationOptions } from '../../src/extension/settings/generation-settings.ts';
import type { FoundServerEntry } from '../../src/protocol/found-models.ts';
import { requests } from '../../src/protocol/requests.ts';
import { nextMessage, quick, setSettings, until, useExtension } from './extension-api.ts';

const gpu = { id: 'gpu', url: 'https://gpu.example:8000' };
const llama: FoundServerEntry = {
  url: 'http://127.0.0.1:8080',
  kind: 'llama-server',
  program: 'llama-server',
  models: ['small.gguf'],
};
const ollama: FoundServerEntry = { ...llama, kind: null, program: 'Ollama' };
const found = {
  models: [
    {
      program: 'Ollama' as const,
      name: 'qwen2.5:0.5b',
      reference: 'ollama:qwen2.5:0.5b',
      bytes: 398e6,
      format: 'GGUF Q4_K',
      context: 32768,
      chat: false,
    },
  ],
  servers: [llama, ollama],
};

describe('Servers', function () {
  const fixture = useExtension(quick);

  afterEach(async function () {
    await setSettings({ servers: undefined, findServers: undefined, referencePolicy: undefined });
    Reflect.deleteProperty(fixture.api.ctx.engine, 'query');
    Reflect.deleteProperty(fixture.api.ctx.messages, 'confirm');
  });

  /** Answers what other programs have; returns whether ports were to be asked, each time. */
  function scriptFound(): boolean[] {
    const { engine } = fixture.api.ctx;
    const query = engine.query.bind(engine);
    const asked: boolean[] = [];
    engine.query = ((request, params) => {
      if (request !== (requests.findModels as unknown)) return query(request, params);
      asked.push((params as { servers: boolean }).servers);
      return Promise.resolve(found);
    }) as typeof query;
    return asked;
  }

  async function shownItems(baseline = false): Promise<(readonly PolicyItem[])[]> {
    const shown: (readonly PolicyItem[])[] = [];
    await policyItems(fixture.api.ctx, baseline, (items) => shown.push(items));
    return shown;
  }

  const labels = (items: readonly PolicyItem[] = []) => items.map(({ label }) => label);

  it('are listed at once, before what the engine finds', async function () {
    await setSettings({ servers: [gpu] });
    const asked = scriptFound();
    const [first, ...more] = await shownItems(true);
    assert.deepEqual(labels(first), [
      'The reference policy',
      'Your servers',
      'server:gpu',
      'Other models',
      'A model file or folder…',
    ]);
    const all = labels(more.at(-1));
    for (const label of ['qwen2.5:0.5b', 'llama-server at http://127.0.0.1:8080']) {
      assert.ok(all.includes(label), label);
    }
    assert.deepEqual(asked, [true]);
  });

  it('mark a base model with its facts', async function () {
    scriptFound();
    const item = (await shownItems()).at(-1)!.find(({ label }) => label === 'qwen2.5:0.5b');
    assert.equal(
      item?.description,
      'Ollama · GGUF Q4_K · 398 MB · 32768 tokens of context · base model',
    );
    assert.equal(await policyOf(fixture.api.ctx, item.choice!), 'ollama:qwen2.5:0.5b');
  });

  it('are not searched for when tqstar.findServers is off', async function () {
    await setSettings({ findServers: false });
    const asked = scriptFound();
    await shownItems();
    assert.deepEqual(asked, [false]);
  });

  it('are added to the settings when they are chosen, and named', async function () {
    await setSettings({ servers: [gpu] });
    const choice = { kind: 'server', found: { server: llama, model: undefined } } as const;
    const { ctx } = fixture.api;
    assert.equal(await policyOf(ctx, choice), 'server:llama-server');
    const added = { id: 'llama-server', url: llama.url, kind: 'llama-server' };
    assert.deepEqual(ctx.settings.get('servers'), [gpu, added]);
    await setSettings({ referencePolicy: 'server:llama-server' });
    const { servers, policy } = generationOptions(ctx.settings, undefined);
    assert.equal(policy, 'server:llama-server');
    assert.deepEqual(
      servers?.map(({ id }) => id),
      ['gpu', 'llama-server'],
    );
  });

  it('cannot be chosen without token ids', async function () {
    const choice = { kind: 'server', found: { server: ollama, model: undefined } } as const;
    await assert.rejects(policyOf(fixture.api.ctx, choice), /Ollama .* gives no token ids/u);
    assert.deepEqual(fixture.api.ctx.settings.get('servers'), []);
  });

  it('with a wrong entry get one sentence, only where a policy names a server', async function () {
    await setSettings({ servers: [{ ...gpu, kind: 'tgi' }] });
    const { settings } = fixture.api.ctx;
    assert.equal(generationOptions(settings, undefined).servers, undefined);
    await setSettings({ referencePolicy: 'server:gpu' });
    assert.throws(
      () => generationOptions(settings, undefined),
      /The server gpu of tqstar\.servers cannot be used: kind: /u,
    );
    await setSettings({ servers: [gpu, gpu] });
    assert.throws(() => generationOptions(settings, undefined), /have the id gpu/u);
  });

  it('on another machine get no text before the person agrees', async function () {
    const { ctx } = fixture.api;
    const asked: string[] = [];
    ctx.messages.confirm = (text) => {
      asked.push(text);
      return Promise.resolve(false);
    };
    await setSettings({ servers: [gpu], referencePolicy: 'server:gpu' });
    const options = generationOptions(ctx.settings, undefined);
    assert.equal(ctx.engine.maySend(options), false);
    await assert.rejects(
      ctx.engine.run(requests.generate, { prompt: { text: 'a' }, options }),
      /No text was sent to https:\/\/gpu\.example:8000\./u,
    );
    assert.deepEqual(asked, ['Your text will be sent to https://gpu.example:8000.']);
  });

  describe('with a key', function () {
    let server: Server;
    let url: string;
    const keys: (string | undefined)[] = [];

    before(async function () {
      server = createServer(({ headers }, response) => {
        keys.push(headers.authorization);
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: `no ${headers.authorization}` }));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    after(async function () {
      await fixture.api.ctx.servers.setKey(url, '');
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    it('get it from the secret storage, and no message shows it', async function () {
      const { ctx } = fixture.api;
      await setSettings({ servers: [{ id: 'here', url }], referencePolicy: 'server:here' });
      await ctx.servers.setKey(url, ' s3cret-of-here ');
      await ctx.servers.setKey('https://elsewhere.example', 's3cret-of-elsewhere');
      assert.deepEqual(await ctx.servers.keys([{ url }]), { [url]: 's3cret-of-here' });
      const shown = nextMessage(fixture, /The server here .*refused the key/u);
      await vscode.commands.executeCommand('tqstar.generate', { instruction: 'Write a word.' });
      const { text, buttons } = await shown;
      assert.deepEqual([...new Set(keys)], ['Bearer s3cret-of-here']);
      assert.doesNotMatch(text, /s3cret/u);
      assert.deepEqual(buttons, ['Set Key', 'Open Settings', 'Show Log']);
      assert.doesNotMatch(JSON.stringify(ctx.settings.get('servers')), /s3cret/u);
      await ctx.servers.setKey('https://elsewhere.example', '');
    });

    it('lose it when the person enters nothing', async function () {
      const { ctx } = fixture.api;
      await setSettings({ servers: [{ id: 'here', url }] });
      await ctx.servers.setKey(url, 's3cret-of-here');
      const shown = nextMessage(fixture, /The key of .* was removed/u);
      let done = false;
      const command = vscode.commands.executeCommand('tqstar.setServerKey').then(() => {
        done = true;
      });
      await until(() => {
        void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return done;
      });
      await command;
      await shown;
      assert.deepEqual(await ctx.servers.keys([{ url }]), {});
    });

    it('are named where none is set', async function () {
      const shown = nextMessage(fixture, /No server is set/u);
      await vscode.commands.executeCommand('tqstar.setServerKey');
      assert.deepEqual((await shown).buttons, ['Open Settings']);
    });
  });
});

describe('Agreement to servers on other machines', function () {
  /** Answers each question with `answer`; keeps what was agreed. */
  function access(answer: () => Promise<boolean>): { access: ServerAccess; asked: () => number } {
    const state = new Map<string, unknown>();
    let count = 0;
    const made = new ServerAccess({
      secrets: fakeSecrets(),
      state: {
        get: <T>(key: string, byDefault?: T) => (state.get(key) as T | undefined) ?? byDefault!,
        update: (key, value) => {
          state.set(key, value);
          return Promise.resolve();
        },
      },
      confirm: () => {
        count++;
        return answer();
      },
    });
    return { access: made, asked: () => count };
  }

  const options = { policy: 'server:gpu', servers: [gpu] };

  it('is asked for once by origin, also by requests side by side', async function () {
    const { access: servers, asked } = access(() => Promise.resolve(true));
    const other = { ...options, servers: [{ id: 'gpu', url: `${gpu.url}/v1` }] };
    await Promise.all([servers.requireAgreement(options), servers.requireAgreement(other)]);
    await servers.requireAgreement(options);
    assert.equal(asked(), 1);
    assert.ok(servers.isAgreed(options));
  });

  it('is asked for again after the person declined', async function () {
    const { access: servers, asked } = access(() => Promise.resolve(false));
    await assert.rejects(servers.requireAgreement(options), /No text/u);
    await assert.rejects(servers.requireAgreement(options), /No text/u);
    assert.equal(asked(), 2);
  });

  it('is not needed for this machine, nor for a server that the request does not name', async function () {
    const { access: servers, asked } = access(() => Promise.resolve(false));
    const local = [{ id: 'here', url: 'http://127.0.0.1:8080' }, gpu];
    await servers.requireAgreement({ policy: 'server:here', servers: local });
    await servers.requireAgreement({ policy: 'smollm2-135m-instruct', servers: local });
    assert.equal(asked(), 0);
  });

  it('counts for the baseline policy too', async function () {
    const { access: servers } = access(() => Promise.resolve(false));
    const baseline = { policy: 'smollm2-135m-instruct', baseline: 'server:gpu', servers: [gpu] };
    await assert.rejects(servers.requireAgreement(baseline), /No text/u);
  });
});

function fakeSecrets(): Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'> {
  const secrets = new Map<string, string>();
  return {
    get: (key) => Promise.resolve(secrets.get(key)),
    store: (key, value) => {
      secrets.set(key, value);
      return Promise.resolve();
    },
    delete: (key) => {
      secrets.delete(key);
      return Promise.resolve();
    },
  };
}
