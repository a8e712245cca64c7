import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ServerConnection } from '../../src/engine/remote/connection.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const good: Reply = { status: 200, body: '{"n": 1}' };
const schema = z.object({ n: z.number() });

describe('a connection to a server', () => {
  let server: Server;
  let url = '';
  let replies: Reply[] = [];
  let keys: (string | undefined)[] = [];

  before(async () => {
    server = createServer((request, response: ServerResponse) => {
      keys.push(request.headers.authorization);
      const { status, body, headers } = replies.shift() ?? good;
      response.writeHead(status, headers);
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    replies = [];
    keys = [];
  });

  const connect = (key?: string): ServerConnection =>
    new ServerConnection({ id: 'box', url, allowInsecure: false }, key);
  const ask = (key?: string): Promise<unknown> =>
    connect(key).json('/props', schema, undefined, undefined);

  async function assertRefused(replied: Reply, pattern: RegExp, key?: string): Promise<void> {
    replies = [replied];
    await assert.rejects(ask(key), (error: unknown) => {
      assert.ok(error instanceof TqError);
      assert.equal(error.code, ErrorCode.server);
      assert.match(error.message, /^The server box \(http:\/\/127\.0\.0\.1:\d+\) /u);
      assert.match(error.message, pattern);
      assert.ok(key === undefined || !error.message.includes(key));
      return true;
    });
  }

  it('sends its key as a bearer token, and no key without one', async () => {
    await ask('secret');
    await ask();
    assert.deepEqual(keys, ['Bearer secret', undefined]);
  });

  it('asks again where the server is busy, as long as the server says', async () => {
    const busy = { status: 429, body: '', headers: { 'retry-after': '0' } };
    replies = [busy, { ...busy, status: 503 }, good];
    const connection = connect();
    assert.deepEqual(await connection.json('/props', schema, undefined, undefined), { n: 1 });
    assert.deepEqual(connection.traffic, { requests: 3, busy: 2 });
  });

  it('says that a key is needed or wrong, without the key', async () => {
    await assertRefused({ status: 401, body: '' }, /needs a key \(status 401\)/u);
    await assertRefused({ status: 403, body: '' }, /refused the key/u, 'hunter22');
  });

  it('follows no redirect', async () => {
    const elsewhere = { location: 'http://elsewhere.invalid/' };
    await assertRefused(
      { status: 302, body: '', headers: elsewhere },
      /redirects \/props to another address/u,
      'secret',
    );
    assert.equal(keys.length, 1);
  });

  it('quotes what is no JSON, cut', async () => {
    await assertRefused(
      { status: 200, body: `<html>${'x'.repeat(500)}` },
      /answered \/props with text that is not JSON: "<html>x{194}\.\.\."\.$/u,
    );
  });

  it('says which part of an answer is not as expected', async () => {
    await assertRefused({ status: 200, body: '{"n": "one"}' }, /a form that is not known: "n" /u);
  });

  it("gives the server's own words for a refusal", async () => {
    const body = '{"error": {"message": "context full\\u001b[31m"}}';
    await assertRefused({ status: 400, body }, /status 400: "context full\\u001b\[31m"\.$/u);
  });

  it('says that a server is down', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise((resolve) => other.close(resolve));
    const address = { id: 'box', url: `http://127.0.0.1:${port}`, allowInsecure: false };
    const gone = new ServerConnection(address, undefined);
    await assert.rejects(
      gone.json('/props', schema, undefined, undefined),
      /cannot be reached: ECONNREFUSED; check that it runs\.$/u,
    );
  });

  it('ends at once when it is cancelled, also while it waits for a busy server', async () => {
    replies = [{ status: 503, body: '', headers: { 'retry-after': '60' } }];
    const controller = new AbortController();
    const asked = connect().json('/props', schema, undefined, controller.signal);
    setImmediate(() => {
      controller.abort();
    });
    await assert.rejects(asked, { code: ErrorCode.cancelled });
  });

  const addresses: readonly (readonly [string, RegExp])[] = [
    ['gpu:8000', /begins with gpu:/u],
    ['not a url', /is not a URL/u],
    ['file:///etc/passwd', /begins with file:/u],
    ['http://user:word@127.0.0.1:1', /has a user name or password/u],
    ['http://10.0.0.5:8000', /is http to another machine \(10\.0\.0\.5:8000\)/u],
    ['http://127.0.0.1.evil.example', /is http to another machine/u],
  ];
  for (const [address, pattern] of addresses) {
    it(`refuses the address ${address}`, () => {
      assert.throws(
        () => new ServerConnection({ id: 'box', url: address, allowInsecure: false }, undefined),
        (error: unknown) =>
          error instanceof TqError && pattern.test(error.message) && !/word@/u.test(error.message),
      );
    });
  }

  it('takes http to another machine where that is allowed, and https', () => {
    for (const [address, allowInsecure] of [
      ['http://10.0.0.5:8000', true],
      ['https://gpu.example', false],
    ] as const) {
      const connection = new ServerConnection({ id: 'a', url: address, allowInsecure }, undefined);
      assert.equal(connection.isLocal, false);
    }
  });
});
