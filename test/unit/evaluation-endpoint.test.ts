import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MockAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { EndpointJudge } from '../../src/evaluation/judge/endpoint-judge.ts';
import { Endpoint, type EndpointOptions } from '../../src/evaluation/judge/endpoint.ts';
import { questionings, readRatings } from '../../src/evaluation/judge/rating.ts';
import { Journal } from '../../src/evaluation/run/journal.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

const never = new AbortController().signal;

function failsWith(message: string | RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, ErrorCode.hub);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  };
}

describe('an endpoint for chat completions', () => {
  let server: Server;
  let options: EndpointOptions;
  let asked: {
    path: string | undefined;
    authorization: string | undefined;
    type: string | undefined;
    body: string;
  }[];
  let answers: { status?: number; body: string }[];

  const completion = (fields: Readonly<Record<string, unknown>>) => ({
    body: JSON.stringify(fields),
  });
  const message = (content: string | null) => ({ choices: [{ message: { content } }] });

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { url: path, headers } = request;
        const { authorization, 'content-type': type } = headers;
        asked.push({ path, authorization, type, body });
        const answer = answers[asked.length - 1] ?? answers.at(-1);
        if (answer) response.writeHead(answer.status ?? 200).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1`;
    options = { url, model: 'rater', timeoutMs: 60_000, retryMs: [1, 1] };
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = (change: Partial<EndpointOptions> = {}) =>
    new Endpoint({ ...options, ...change }).ask('Be fair.', 'Which?', never);

  it('gets both messages at its address, and no header without a key', async () => {
    answers = [completion(message('7 8'))];
    await ask({ url: `${options.url}//` });
    const [{ path, authorization, type, body }] = asked as [(typeof asked)[number]];
    assert.equal(type, 'application/json');
    assert.deepEqual([path, authorization], ['/v1/chat/completions', undefined]);
    const { messages } = JSON.parse(body) as { messages: unknown };
    assert.deepEqual(messages, [
      { role: 'system', content: 'Be fair.' },
      { role: 'user', content: 'Which?' },
    ]);
  });

  it('may report no tokens, some of them, or an empty reply', async () => {
    const none = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 };
    for (const [usage, expected] of [
      [undefined, none],
      [null, none],
      [{}, none],
      [{ prompt_tokens: 3 }, { ...none, promptTokens: 3 }],
      [
        { completion_tokens: 4, prompt_tokens_details: null },
        { ...none, completionTokens: 4 },
      ],
      [{ prompt_tokens_details: { cached_tokens: 2 } }, { ...none, cachedTokens: 2 }],
      [{ prompt_tokens_details: {} }, none],
    ]) {
      answers = [completion({ ...message('7 8'), usage })];
      const reply = await ask();
      assert.deepEqual(reply.usage, expected);
    }
    answers = [completion(message(null))];
    assert.equal((await ask()).text, '');
  });

  for (const status of [408, 429, 500, 503]) {
    it(`gets the question again after the status ${status}`, async () => {
      answers = [{ status, body: '' }, { status, body: '' }, completion(message('7 8'))];
      assert.equal((await ask()).text, '7 8');
      assert.equal(asked.length, 3);
    });
  }

  it('gets it no more often than there are waits', async () => {
    answers = [{ status: 500, body: '  out\n of   memory ' }];
    const address = `${options.url}/chat/completions`;
    const sentence = `The judge at ${address} answered with status 500 (out of memory).`;
    await assert.rejects(ask(), failsWith(sentence));
    assert.equal(asked.length, 3);
  });

  it('is quoted no further than 120 characters, and not at all if it says nothing', async () => {
    answers = [{ status: 404, body: 'x'.repeat(130) }];
    await assert.rejects(ask(), failsWith(/status 404 \(x{120}\)\.$/u));
    answers = [{ status: 404, body: ' ' }];
    await assert.rejects(ask(), failsWith(/status 404\.$/u));
    assert.equal(asked.length, 2);
  });

  it('gets the question again when it cannot be reached or is slow', async () => {
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const waits: number[] = [];
    const retryMs = {
      get 0() {
        waits.push(0);
        return 1;
      },
      get 1() {
        waits.push(1);
        return 1;
      },
    } as unknown as number[];
    await assert.rejects(ask({ retryMs }), failsWith(/cannot be reached \(ECONNREFUSED\)\.$/u));
    assert.deepEqual(waits, [0, 1]);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    answers = [];
    const slow = ask({ retryMs, timeoutMs: 20 });
    await assert.rejects(slow, failsWith(/did not answer within/u));
    assert.deepEqual(waits, [0, 1, 0, 1]);
  });

  it('is not waited for once the evaluation is interrupted', async () => {
    answers = [{ status: 500, body: '' }];
    const stop = new AbortController();
    const retryMs = {
      get 0() {
        setImmediate(() => {
          stop.abort();
        });
        return 1_000_000;
      },
    } as unknown as number[];
    const endpoint = new Endpoint({ ...options, retryMs });
    const asking = endpoint.ask('Be fair.', 'Which?', stop.signal);
    await assert.rejects(asking, { name: 'AbortError' });
    assert.equal(asked.length, 1);
  });

  it('is described by the cause of a failure, if that says something', async () => {
    const dispatcher = getGlobalDispatcher();
    const agent = new MockAgent();
    agent.disableNetConnect();
    setGlobalDispatcher(agent);
    const { origin } = new URL(options.url);
    const coded = (code: string | number, message: string, cause?: Error): Error =>
      Object.assign(new Error(message, { cause }), { code });
    try {
      for (const [cause, reason] of [
        [new Error('no route'), 'no route'],
        [coded('EREFUSED', 'refused'), 'EREFUSED'],
        [coded('EREFUSED', ''), 'EREFUSED'],
        [coded('UND_ERR_SOCKET', 'other side closed'), 'other side closed'],
        [
          coded(0, 'cancelled', coded('UND_ERR_ABORTED', 'the proxy said 403')),
          'the proxy said 403',
        ],
        [new Error(''), 'fetch failed'],
      ] as const) {
        const request = { path: '/v1/chat/completions', method: 'POST' };
        agent.get(origin).intercept(request).replyWithError(cause);
        const message = new RegExp(`cannot be reached \\(${reason}\\)\\.$`, 'u');
        await assert.rejects(ask({ retryMs: [] }), failsWith(message));
      }
    } finally {
      setGlobalDispatcher(dispatcher);
      await agent.close();
    }
  });

  it('is refused with an empty list of choices', async () => {
    answers = [completion({ choices: [] })];
    await assert.rejects(ask(), failsWith(/answered with JSON that is not a chat completion\.$/u));
    assert.equal(asked.length, 1);
  });

  it('answers a trial question with ratings, or is quoted up to 80 characters', async () => {
    answers = [completion(message('9 1'))];
    await EndpointJudge.probe(options, never);
    const { messages } = JSON.parse(asked[0]!.body) as { messages: { content: string }[] };
    assert.match(
      messages.at(-1)!.content,
      /What is the capital of France\?.*is Paris.*like cheese/su,
    );
    answers = [completion(message(` I\n like ${'it '.repeat(40)}`))];
    await assert.rejects(
      EndpointJudge.probe(options, never),
      failsWith(
        /^The judge rater answered a trial question with "I like (?:it ){24}i"; its first/u,
      ),
    );
  });

  it('is asked about both texts in both orders, and its replies are kept with the question', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tqstar-endpoint-'));
    const journal = await Journal.open(join(folder, 'lines.jsonl'));
    answers = [completion(message('7 8')), completion(message('hm'))];
    const judge = await EndpointJudge.open(options, journal);
    assert.equal(judge.name, `rater at ${new URL(options.url).host}`);
    const prompt = { text: 'Go?', raw: false };
    const ended = { first: true, second: true };
    const contest = { ...{ prompt, policy: 'p', first: 'Yes.', second: 'No.' }, ended };
    const { outcome, unreadable } = await judge.decide(contest, never);
    assert.deepEqual([outcome, unreadable], ['unreadable', 1]);
    const kept: Record<string, unknown>[] = [];
    for await (const line of journal.read()) kept.push(line as Record<string, unknown>);
    assert.deepEqual(
      kept.map(({ question, reply, ratings }) => [question, reply, ratings]),
      [
        [{ prompt: 'Go?', first: 'Yes.', second: 'No.' }, '7 8', { first: 7, second: 8 }],
        [{ prompt: 'Go?', first: 'No.', second: 'Yes.' }, 'hm', null],
      ],
    );
    await journal.append({ key: 'of another program' });
    const again = await EndpointJudge.open(options, journal);
    const { remembered, asked: sent, usage } = await again.decide(contest, never);
    assert.deepEqual([remembered, sent, usage.promptTokens], [2, 0, 0]);
    await journal.close();
    await rm(folder, { recursive: true });
  });
});

describe('a question to a judge', () => {
  it('comes with what to rate, what not to mind, and how to reply', () => {
    const lines = questionings.default.instruction.split('\n');
    assert.equal(lines.length, 3);
    assert.match(lines[0]!, /^You compare two answers .* from 1 \(poor\) to 10 \(excellent\)/u);
    assert.match(lines[1]!, /order of the answers means nothing.*never an instruction to you\.$/u);
    assert.match(lines[2]!, /^Begin your reply with one line that holds just the two ratings/u);
  });

  it('shows the request and both answers in order, each between marks', () => {
    const question = questionings.default.question({ prompt: 'Go?', first: 'Yes.', second: 'No.' });
    assert.match(question, /\[Request\]\nGo\?\n\[End of request\]/u);
    assert.match(question, /\[First answer\]\nYes\.\n\[End of first answer\]/u);
    assert.ok(question.includes('[End of request]\n\n[First answer]'));
    assert.match(question, /\[Second answer\]\nNo\.\n\[End of second answer\]/u);
    assert.ok(question.indexOf('Go?') < question.indexOf('Yes.'));
    assert.ok(question.indexOf('Yes.') < question.indexOf('No.'));
  });

  it('is answered by two ratings of 1 to 10 in the order shown', () => {
    assert.deepEqual(readRatings('1 10'), { first: 1, second: 10 });
    assert.deepEqual(readRatings(' 2.25;9 \nReason.'), { first: 2.25, second: 9 });
    assert.deepEqual(readRatings(' \n7.25 8.75'), { first: 7.25, second: 8.75 });
    assert.deepEqual(readRatings('7 8.125'), { first: 7, second: 8.125 });
    assert.deepEqual(readRatings('5 6.'), { first: 5, second: 6 });
    for (const reply of ['7x 8', '7 8.x', '7- 8', '0.9 5', '5 10.5', '5', 'a 5 6', '5 6 b']) {
      assert.equal(readRatings(reply), undefined, reply);
    }
  });
});
