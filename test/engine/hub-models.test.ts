import assert from 'node:assert/strict';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ErrorCode } from '../../src/protocol/errors.ts';
import { besidesWeights } from '../../src/engine/models/memory.ts';
import { FakeHub } from '../harness/fake-hub.ts';
import { TestProxy } from '../harness/test-proxy.ts';
import { ggufFile, languageModelFiles, refused, TestStore } from './store-deps.ts';

const chunk = 64 * 1024;
const card = '---\nlicense: mit\n---\n# A model\n';

describe('Adding a model of a hub', function () {
  this.timeout(120_000);
  let hub: FakeHub;
  let test: TestStore;
  const files = languageModelFiles();
  const name = 'tests/tiny';

  beforeEach(async () => {
    hub = await FakeHub.start();
    test = new TestStore();
    test.useHub(hub);
    hub.add(
      name,
      { ...files, 'README.md': card, 'pytorch_model.bin': 'pickle', 'train.py': 'code' },
      { licence: 'mit', plain: new Set(['README.md', 'config.json']) },
    );
  });

  afterEach(async () => {
    await hub.stop();
    test.remove();
  });

  it('stores only the files that the model needs', async () => {
    const entry = await test.add(name);
    assert.equal(entry.id, name);
    assert.equal(entry.licence, 'mit');
    assert.equal(entry.family, 'llama');
    assert.equal(entry.format, 'safetensors F32');
    assert.deepEqual(test.paths, [
      'tests--tiny/README.md',
      'tests--tiny/config.json',
      'tests--tiny/model.safetensors',
      'tests--tiny/tokenizer.json',
      'tests--tiny/tqstar-model.json',
    ]);
    assert.match(test.notes.join(), /pytorch_model\.bin.*can run code/u);
    assert.deepEqual(await test.verify(name), [{ id: name, problem: '' }]);
    const { base } = await test.finder.find({ model: name });
    assert.equal(base, join(test.folder, 'tests--tiny'));
  });

  it('plans without downloading weights', async () => {
    const plan = await test.plan(`${name}@v1`);
    assert.equal(plan.id, `${name}@v1`);
    assert.equal(plan.kind, 'language-model');
    assert.equal(plan.family, 'llama');
    assert.ok(plan.memory!.fp32 > plan.memory!.int8);
    assert.deepEqual(plan.leftOut, ['pytorch_model.bin']);
    assert.equal(plan.present, 0);
    assert.deepEqual(test.paths, []);
    assert.ok(hub.seen.every(({ url }) => !url.includes('model.safetensors')));
    const stored = await test.add(`${name}@v1`);
    const expected = (plan.memory!.fp32 - besidesWeights) / 4;
    assert.ok(Math.abs(stored.weights - expected) / expected < 0.05);
  });

  it('resumes when the connection is lost after every 64 kB', async () => {
    hub.cutAfter = chunk;
    await test.add(name);
    const ranges = hub.seen
      .filter(
        ({ url, host, range }) =>
          isStorage(host) && /safetensors/u.test(url) && range !== 'bytes=0-0',
      )
      .map(({ range }) => range?.split('-')[0]);
    const size = files['model.safetensors']!.length;
    const expected = Array.from({ length: Math.ceil(size / chunk) }, (_, i) =>
      i === 0 ? undefined : `bytes=${i * chunk}`,
    );
    assert.deepEqual(ranges, expected);
    assert.deepEqual(await test.verify(name), [{ id: name, problem: '' }]);
  });

  it('resumes after a cancel, which leaves the store unchanged', async () => {
    const controller = new AbortController();
    hub.cutAfter = chunk;
    hub.onSent = (path, bytes) => {
      if (path === 'model.safetensors' && bytes === 2 * chunk) controller.abort();
    };
    await assert.rejects(test.add(name, controller.signal));
    assert.deepEqual(await test.store.list(), []);
    const { present } = await test.plan(name);
    assert.ok(present >= chunk, `${present}`);
    hub.onSent = () => undefined;
    hub.seen.length = 0;
    await test.add(name);
    const first = hub.seen.find(
      ({ url, host, range }) =>
        isStorage(host) && /safetensors/u.test(url) && range !== 'bytes=0-0',
    );
    assert.match(first!.range ?? '', /^bytes=[1-9]/u);
  });

  it('gives up when no more data arrives, and keeps what arrived', async () => {
    hub.cutAfter = chunk;
    hub.onSent = (path, bytes) => {
      if (path === 'model.safetensors' && bytes === chunk) hub.cutAfter = 0;
    };
    const sentence = await refused(test.add(name), ErrorCode.hub);
    assert.match(sentence, /model\.safetensors was interrupted at byte 65536 of \d+.*kept/u);
    assert.equal(
      (await stat(join(test.folder, '.unfinished/tests--tiny/model.safetensors.part'))).size,
      chunk,
    );
  });

  it('discards a file with wrong bytes', async () => {
    const right = files['model.safetensors']!;
    const wrong = Buffer.from(right);
    wrong[right.length - 10]! ^= 1;
    const content = new Map(hub.repositories.get(name)!.files);
    hub.fault = (request) => {
      const large = /signature/u.test(request.url!) && /safetensors/u.test(request.url!);
      hub.repositories.set(name, {
        ...hub.repositories.get(name)!,
        files: large ? new Map([...content, ['model.safetensors', wrong]]) : content,
      });
      return false;
    };
    const sentence = await refused(test.add(name), ErrorCode.hub);
    assert.match(
      sentence,
      /"model\.safetensors" was damaged .* it has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}\.$/u,
    );
    assert.deepEqual(await test.store.list(), []);
    hub.fault = () => false;
    hub.repositories.set(name, { files: content });
    await test.add(name);
  });

  it('downloads a file again if its kept part is damaged', async () => {
    hub.cutAfter = chunk;
    hub.onSent = (path, bytes) => {
      if (path === 'model.safetensors' && bytes === 2 * chunk) hub.cutAfter = 0;
    };
    await refused(test.add(name), ErrorCode.hub);
    const part = join(test.folder, '.unfinished/tests--tiny/model.safetensors.part');
    const handle = await open(part, 'r+');
    await handle.write(Buffer.from([255, 254]), 0, 2, 500);
    await handle.close();
    hub.cutAfter = Infinity;
    hub.onSent = () => undefined;
    await test.add(name);
    assert.deepEqual(
      await readFile(join(test.folder, 'tests--tiny/model.safetensors')),
      files['model.safetensors'],
    );
  });

  it('waits as long as a busy hub asks', async () => {
    let busy = 2;
    hub.fault = (_, response) => {
      if (busy-- <= 0) return false;
      response.writeHead(429, { 'retry-after': '7' }).end();
      return true;
    };
    await test.add(name);
    assert.deepEqual(test.waits.slice(0, 2), [7, 7]);
    assert.match(test.notes.join(), /hub is busy and asks to wait 7 s/u);
    hub.fault = (_, response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end();
      return true;
    };
    assert.match(await refused(test.plan(name), ErrorCode.hub), /try again in 1 h/u);
  });

  it('sends HF_TOKEN only to the hub', async () => {
    hub.add('tests/private', { 'm.gguf': ggufFile() }, { token: 'hf_secret' });
    test.environment['HF_TOKEN'] = 'hf_secret';
    await test.add('tests/private');
    const storage = hub.seen.filter(({ host }) => isStorage(host));
    assert.ok(storage.length > 0);
    assert.ok(storage.every(({ authorization }) => authorization === undefined));
    assert.ok(
      !(await readFile(join(test.folder, 'tests--private/tqstar-model.json'), 'utf8')).includes(
        'secret',
      ),
    );
  });

  it('explains a gated model when the token is missing or lacks access', async () => {
    hub.add('tests/gated', { 'm.gguf': ggufFile() }, { token: 'hf_other', gated: true });
    assert.ok((await test.plan('tests/gated')).gated);
    const without = await refused(test.add('tests/gated'), ErrorCode.hub);
    assert.match(without, /tests\/gated is gated.*Accept them at http.*HF_TOKEN\.$/u);
    test.environment['HF_TOKEN'] = 'hf_mine';
    const withToken = await refused(test.add('tests/gated'), ErrorCode.hub);
    assert.match(withToken, /the current token has no access\.$/u);
    assert.deepEqual(await test.store.list(), []);
  });

  for (const [what, source, pattern] of [
    ['a model that does not exist', 'tests/none', /no public model tests\/none/u],
    ['a revision that does not exist', 'tests/tiny@v9', /tests\/tiny has no such revision/u],
    ['a file that does not exist', 'tests/tiny/none.gguf', /has no file "none\.gguf"/u],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const code = what.includes('file') ? ErrorCode.badModel : ErrorCode.hub;
      assert.match(await refused(test.add(source), code), pattern);
    });
  }

  it('uses plain ranges if the hub offers xet', async () => {
    hub.fault = (request, response) => {
      if (!/resolve/u.test(request.url!) || !/xet/u.test(request.headers.accept ?? ''))
        return false;
      const path = request.url!.split('/').at(-1)!;
      response.writeHead(200, {
        'content-type': 'application/vnd.xet-fileinfo+json',
        'x-linked-size': String(hub.repositories.get(name)!.files.get(path)!.length),
        'x-xet-hash': 'a'.repeat(64),
        etag: '"x"',
        link: `<${hub.address}/auth>; rel="xet-auth", <${hub.address}/chunks>; rel="xet-reconstruction-info"`,
      });
      response.end('{}');
      return true;
    };
    await test.add(name);
    assert.deepEqual(await test.verify(name), [{ id: name, problem: '' }]);
  });

  it('refuses a web page as an answer', async () => {
    hub.fault = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      return true;
    };
    assert.match(await refused(test.add(name), ErrorCode.hub), /a web page \(HTML\)/u);
    hub.fault = (request, response) => {
      if (!/resolve.*safetensors/u.test(request.url!)) return false;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
      return true;
    };
    assert.match(await refused(test.add(name), ErrorCode.hub), /a web page \(HTML\)/u);
  });

  for (const [what, body] of [
    ['invalid JSON', '{"sha": '],
    ['JSON of another shape', '{"sha": 5}'],
    ['an empty list', '[]'],
  ] as const) {
    it(`refuses ${what} as an answer`, async () => {
      hub.fault = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(body);
        return true;
      };
      assert.match(await refused(test.plan(name), ErrorCode.hub), /sent an invalid answer/u);
    });
  }

  it('reports a hub that cannot be reached', async () => {
    const gone = await FakeHub.start();
    test.useHub(gone);
    await gone.stop();
    assert.match(
      await refused(test.plan(name), ErrorCode.hub),
      /cannot be reached \(ECONNREFUSED\)/u,
    );
    test.environment['HF_ENDPOINT'] = 'hub.example';
    assert.match(
      await refused(test.plan(name), ErrorCode.invalidInput),
      /HF_ENDPOINT is "hub\.example"/u,
    );
  });

  it('stops at a hub that lists files on endless pages', async () => {
    let pages = 0;
    hub.fault = (request, response) => {
      if (!request.url!.includes('/tree/')) return false;
      pages++;
      const link = `<${hub.address}${request.url!}>; rel="next"`;
      response.writeHead(200, { 'content-type': 'application/json', link }).end('[]');
      return true;
    };
    assert.match(await refused(test.plan(name), ErrorCode.hub), /on more than 500 pages\.$/u);
    assert.equal(pages, 500);
  });

  it('refuses an index with shards in subfolders before it fetches weights', async () => {
    const index = JSON.stringify({ weight_map: { a: 'part/a.safetensors', b: 'b.safetensors' } });
    hub.add('tests/below', {
      'config.json': files['config.json']!,
      'tokenizer.json': files['tokenizer.json']!,
      'model.safetensors.index.json': index,
      'part/a.safetensors': files['model.safetensors']!,
      'b.safetensors': files['model.safetensors']!,
    });
    assert.match(
      await refused(test.add('tests/below'), ErrorCode.badModel),
      /lists "part\/a\.safetensors"; shards in subfolders are not supported\.$/u,
    );
    assert.deepEqual(
      hub.seen.filter(({ url }) => /\d\/.*\.safetensors$/u.test(url)),
      [],
    );
  });

  it('refuses a whole file as the answer to a range', async () => {
    hub.cutAfter = chunk;
    hub.fault = (request, response) => {
      const { range } = request.headers;
      if (range === undefined || range === 'bytes=0-0') return false;
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end('whole');
      return true;
    };
    assert.match(await refused(test.add(name), ErrorCode.hub), /did not send the requested part/u);
  });

  it('uses the proxy, except for hosts in NO_PROXY', async () => {
    const proxy = await TestProxy.start();
    try {
      await test.plan({ source: name, network: { proxy: proxy.address } });
      const hosts = new Set(proxy.asked);
      assert.deepEqual([...hosts], [new URL(hub.address).host]);
      test.environment['HTTP_PROXY'] = proxy.address;
      test.environment['NO_PROXY'] = '127.0.0.1';
      proxy.asked.length = 0;
      await test.plan(name);
      assert.deepEqual(proxy.asked, []);
    } finally {
      await proxy.stop();
    }
  });

  it('reports a proxy that refuses, without its password', async () => {
    const proxy = await TestProxy.start(407);
    try {
      const network = { proxy: proxy.address.replace('//', '//me:secret@') };
      const sentence = await refused(test.plan({ source: name, network }), ErrorCode.hub);
      assert.match(sentence, /cannot be reached.*proxy/u);
      assert.doesNotMatch(sentence, /secret/u);
    } finally {
      await proxy.stop();
    }
    const network = { proxy: 'me:secret@nowhere' };
    const sentence = await refused(test.plan({ source: name, network }), ErrorCode.invalidInput);
    assert.doesNotMatch(sentence, /secret/u);
  });

  function isStorage(host: string): boolean {
    return hub.storageAddress.endsWith(host);
  }
});
