import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EndpointJudge } from '../../src/evaluation/judge/endpoint-judge.ts';
import { Endpoint, type EndpointOptions } from '../../src/evaluation/judge/endpoint.ts';
import { Journal } from '../../src/evaluation/run/journal.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

type Answer = { readonly status?: number; readonly body: string } | 'never';

const never = new AbortController().signal;
const contest = {
  prompt: { text: 'Thank Ann.', raw: false },
  policy: 'p',
  first: 'GOOD',
  second: 'BAD',
  ended: { first: true, second: false },
};

function completion(content: string): Answer {
  return {
    body: JSON.stringify({
      choices: [{ message: { content } }],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 7,
        prompt_tokens_details: { cached_tokens: 60 },
      },
    }),
  };
}

/** Rates the answer GOOD with 9 and the other with 3, in either order. */
function fair(body: string): Answer {
  return completion(body.indexOf('GOOD') < body.indexOf('BAD') ? '9 3\nThe first.' : '3 9');
}

function failsWith(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, ErrorCode.hub);
    assert.match(error.message, pattern);
    return true;
  };
}

describe('a judge at an OpenAI-compatible endpoint', () => {
  let server: Server;
  let options: EndpointOptions;
  let folder: string;
  let journal: Journal;
  let bodies: string[];
  let headers: (string | undefined)[];
  let answer: (body: string) => Answer;

  beforeEach(async () => {
    bodies = [];
    headers = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        bodies.push(body);
        headers.push(request.headers.authorization);
        const given = answer(body);
        if (given === 'never') return;
        response.writeHead(given.status ?? 200).end(given.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1/`;
    options = { url, model: 'rater', key: 'secret', timeoutMs: 60_000, retryMs: [1] };
    folder = await mkdtemp(join(tmpdir(), 'tqstar-judge-'));
    journal = await Journal.open(join(folder, 'judgements.jsonl'));
  });

  afterEach(async () => {
    await journal.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('gets each order once, and the larger sum wins', async () => {
    answer = fair;
    const judge = await EndpointJudge.open(options, journal);
    const { outcome, asked, usage } = await judge.decide(contest, never);

    assert.equal(outcome, 'win');
    assert.equal(asked, 2);
    assert.deepEqual(usage, { promptTokens: 200, completionTokens: 14, cachedTokens: 120 });
    const orders = bodies.map((body) => body.indexOf('GOOD') < body.indexOf('BAD'));
    assert.deepEqual(orders, [true, false]);
    assert.deepEqual(headers, ['Bearer secret', 'Bearer secret']);
    const { model, temperature } = JSON.parse(bodies[0]!) as Record<string, unknown>;
    assert.deepEqual([model, temperature], ['rater', 0]);
  });

  it('decides a tie when it always prefers the first place', async () => {
    answer = () => completion('8 5');
    const judge = await EndpointJudge.open(options, journal);

    assert.equal((await judge.decide(contest, never)).outcome, 'tie');
  });

  it('gets no question about equal texts', async () => {
    answer = fair;
    const judge = await EndpointJudge.open(options, journal);
    const { outcome, asked } = await judge.decide({ ...contest, second: 'GOOD' }, never);

    assert.deepEqual([outcome, asked, bodies.length], ['tie', 0, 0]);
  });

  it('gets no question twice, and its key is not written to disk', async () => {
    answer = fair;
    await (await EndpointJudge.open(options, journal)).decide(contest, never);
    const again = await EndpointJudge.open(options, journal);
    const { outcome, asked, remembered } = await again.decide(contest, never);

    assert.deepEqual([outcome, asked, remembered, bodies.length], ['win', 0, 2, 2]);
    for await (const line of journal.read()) assert.ok(!JSON.stringify(line).includes('secret'));
  });

  it('counts a contest as unreadable when a reply has no pair of ratings', async () => {
    answer = (body) =>
      body.indexOf('GOOD') < body.indexOf('BAD') ? completion('I prefer the first.') : fair(body);
    const judge = await EndpointJudge.open(options, journal);
    const { outcome, unreadable, asked } = await judge.decide(contest, never);

    assert.deepEqual([outcome, unreadable, asked], ['unreadable', 1, 2]);
  });

  it('is refused when it answers the trial question without ratings', async () => {
    answer = () => completion('Both are fine.');
    const trial = EndpointJudge.probe(options, never);

    await assert.rejects(
      trial,
      failsWith(/rater answered a trial question with "Both are fine\."/u),
    );
  });

  it('is refused without a retry when it answers with a web page', async () => {
    answer = () => ({ body: '<html>' });

    await assert.rejects(EndpointJudge.probe(options, never), failsWith(/not JSON/u));
    assert.equal(bodies.length, 1);
  });

  it('is refused when it answers with other JSON', async () => {
    answer = () => ({ body: '{"error": "no"}' });

    await assert.rejects(EndpointJudge.probe(options, never), failsWith(/not a chat completion/u));
  });

  it('gets a second request when it is busy', async () => {
    answer = (body) => (bodies.length === 1 ? { status: 429, body: 'wait' } : fair(body));
    const reply = await new Endpoint(options).ask('s', 'GOOD BAD', never);

    assert.equal(reply.text, '9 3\nThe first.');
  });

  it('gets no second request when it refuses', async () => {
    answer = () => ({ status: 401, body: 'no such key' });

    await assert.rejects(
      EndpointJudge.probe(options, never),
      failsWith(/status 401 \(no such key\)/u),
    );
    assert.equal(bodies.length, 1);
  });

  it('fails after the timeout when it is slow', async () => {
    answer = () => 'never';
    const slow = { ...options, timeoutMs: 20, retryMs: [] };

    await assert.rejects(
      EndpointJudge.probe(slow, never),
      failsWith(/did not answer within 20 ms/u),
    );
  });

  it('is named by its address when it is down', async () => {
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    await assert.rejects(
      EndpointJudge.probe(options, never),
      failsWith(new RegExp(`127\\.0\\.0\\.1:${port}.*cannot be reached \\(ECONNREFUSED\\)`, 'u')),
    );
    server.listen(0, '127.0.0.1');
  });

  it('is asked again in the words that it accepts, and keeps to them', async () => {
    answer = (body) => {
      const asked = JSON.parse(body) as Record<string, unknown>;
      const refused = ['max_tokens', 'temperature'].find((name) => name in asked);
      return refused === undefined
        ? fair(body)
        : {
            status: 400,
            body: JSON.stringify({ error: { message: `Unsupported: '${refused}'.` } }),
          };
    };
    const judge = await EndpointJudge.open(options, journal);
    const { outcome } = await judge.decide(contest, never);

    assert.equal(outcome, 'win');
    assert.equal(bodies.length, 4);
    const last = JSON.parse(bodies.at(-1)!) as Record<string, unknown>;
    assert.ok(Number(last['max_completion_tokens']) >= 4000);
    assert.match(judge.notes.join(' '), /refuses a temperature/u);
  });

  it('is not asked again for ever when it refuses every way to ask', async () => {
    answer = () => ({ status: 400, body: 'max_tokens and temperature are wrong' });

    await assert.rejects(EndpointJudge.probe(options, never), failsWith(/status 400/u));
    assert.equal(bodies.length, 3);
  });

  it('gets more room when its reasoning leaves none for an answer', async () => {
    answer = (body) =>
      Number((JSON.parse(body) as Record<string, unknown>)['max_tokens']) < 1000
        ? {
            body: JSON.stringify({
              choices: [{ message: { content: '<think>Well' }, finish_reason: 'length' }],
            }),
          }
        : fair(body);
    const reply = await new Endpoint(options).ask('s', 'GOOD BAD', never);

    assert.equal(reply.text, '9 3\nThe first.');
    assert.equal(bodies.length, 2);
  });

  it('may answer in parts', async () => {
    const content = [
      { type: 'text', text: '9 ' },
      { type: 'text', text: '3' },
    ];
    answer = () => ({ body: JSON.stringify({ choices: [{ message: { content } }] }) });

    assert.equal((await new Endpoint(options).ask('s', 'u', never)).text, '9 3');
  });

  it('is refused when it answers the trial question with reasoning alone', async () => {
    const message = { content: null, reasoning_content: 'hm' };
    answer = () => ({ body: JSON.stringify({ choices: [{ message }] }) });

    await assert.rejects(
      EndpointJudge.probe(options, never),
      failsWith(/answered a trial question without text/u),
    );
  });

  it('gets the question of the paper when it is chosen, and names it', async () => {
    answer = fair;
    const first = await EndpointJudge.open(options, journal);
    await first.decide(contest, never);
    const judge = await EndpointJudge.open({ ...options, prompt: 'paper' }, journal);
    const { outcome, asked } = await judge.decide(contest, never);

    assert.deepEqual([outcome, asked], ['win', 2]);
    assert.match(judge.name, /question "paper"$/u);
    assert.match(bodies[2]!, /relevant, accurate and insightful/u);
    assert.doesNotMatch(bodies[2]!, /length limit/u);
  });

  describe('behind a proxy', () => {
    const { env } = process;

    const useProxy = (address: string, without = ''): void => {
      const proxies = { http_proxy: address, HTTP_PROXY: address };
      process.env = { ...env, ...proxies, no_proxy: without, NO_PROXY: without };
    };
    beforeEach(() => {
      useProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
    afterEach(() => {
      process.env = env;
    });

    it('is asked through it', async () => {
      answer = fair;
      const far = { ...options, url: 'http://judge.invalid/v1' };

      assert.equal((await new Endpoint(far).ask('s', 'GOOD BAD', never)).text, '9 3\nThe first.');
    });

    it('is asked directly where NO_PROXY names it', async () => {
      useProxy('http://127.0.0.1:9', 'judge.invalid');
      const far = { ...options, url: 'http://judge.invalid/v1', retryMs: [] };

      await assert.rejects(
        new Endpoint(far).ask('s', 'u', never),
        failsWith(/cannot be reached \([A-Z_]+\); if it needs a proxy, check HTTP_PROXY/u),
      );
      assert.equal(bodies.length, 0);
    });

    it('is asked directly on this machine', async () => {
      useProxy('http://127.0.0.1:9');
      answer = fair;

      assert.equal(
        (await new Endpoint(options).ask('s', 'GOOD BAD', never)).text,
        '9 3\nThe first.',
      );
    });
  });

  it('gets no more requests when the evaluation is interrupted', async () => {
    const stop = new AbortController();
    answer = () => {
      stop.abort();
      return 'never';
    };

    await assert.rejects(new Endpoint(options).ask('s', 'u', stop.signal), { name: 'AbortError' });
  });
});
