import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EndpointJudge } from '../../src/evaluation/judge/endpoint-judge.ts';
import { Endpoint, type EndpointOptions } from '../../src/evaluation/judge/endpoint.ts';
import { readRatings } from '../../src/evaluation/judge/rating.ts';
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

  it('gets no more requests when the evaluation is interrupted', async () => {
    const stop = new AbortController();
    answer = () => {
      stop.abort();
      return 'never';
    };

    await assert.rejects(new Endpoint(options).ask('s', 'u', stop.signal), { name: 'AbortError' });
  });
});

describe('ratings', () => {
  for (const [reply, first, second] of [
    ['7 8', 7, 8],
    ['\n 7.5, 10\nbecause', 7.5, 10],
    ['1/10', 1, 10],
  ] as const) {
    it(`are parsed from ${JSON.stringify(reply)}`, () => {
      assert.deepEqual(readRatings(reply), { first, second });
    });
  }

  for (const reply of ['', '7', '0 8', '11 2', '7 8 9', 'Ratings: 7 8', 'x\n7 8']) {
    it(`are not parsed from ${JSON.stringify(reply)}`, () => {
      assert.equal(readRatings(reply), undefined);
    });
  }
});
