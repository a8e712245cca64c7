import assert from 'node:assert/strict';
import { RequestQueue } from '../../src/engine/requests/request-queue.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';

/** A request whose work ends when the test says so. */
class Request {
  readonly positions: number[] = [];
  readonly controller = new AbortController();
  readonly answer: Promise<string>;
  end!: () => void;
  fail!: (error: Error) => void;

  constructor(queue: RequestQueue, name: string, started: string[]) {
    const work = new Promise<string>((resolve, reject) => {
      this.end = () => {
        resolve(name);
      };
      this.fail = reject;
    });
    this.answer = queue.run(
      () => {
        started.push(name);
        return work;
      },
      (ahead) => this.positions.push(ahead),
      this.controller.signal,
    );
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof TqError && error.code === ErrorCode.cancelled;
}

describe('the request queue', () => {
  let queue: RequestQueue;
  let started: string[];
  const add = (name: string): Request => new Request(queue, name, started);

  beforeEach(() => {
    queue = new RequestQueue();
    started = [];
  });

  it('starts the first request at once and tells it nothing', async () => {
    const first = add('first');
    assert.deepEqual(started, ['first']);
    first.end();
    assert.equal(await first.answer, 'first');
    assert.deepEqual(first.positions, []);
  });

  it('runs one at a time in order of arrival and tells each how many are ahead', async () => {
    const [a, b, c] = [add('a'), add('b'), add('c')];
    assert.deepEqual(started, ['a']);
    assert.deepEqual([b.positions, c.positions], [[1], [2]]);
    a.end();
    await a.answer;
    assert.deepEqual(started, ['a', 'b']);
    assert.deepEqual([b.positions, c.positions], [[1], [2, 1]]);
    b.end();
    assert.equal(await b.answer, 'b');
    assert.deepEqual(started, ['a', 'b', 'c']);
    c.end();
    assert.equal(await c.answer, 'c');
  });

  it('lets nobody in between an end and the next start', async () => {
    const [a, b] = [add('a'), add('b')];
    a.end();
    const late = a.answer.then(() => add('late'));
    await a.answer;
    const third = await late;
    assert.deepEqual(started, ['a', 'b']);
    assert.deepEqual(third.positions, [1]);
    b.end();
    third.end();
    await third.answer;
    assert.deepEqual(started, ['a', 'b', 'late']);
  });

  it('goes on after a request that failed, with its error and no other', async () => {
    const [a, b] = [add('a'), add('b')];
    const reason = new Error('no memory');
    a.fail(reason);
    await assert.rejects(a.answer, reason);
    b.end();
    assert.equal(await b.answer, 'b');
  });

  it('goes on after work that throws before it waits', async () => {
    const broken = queue.run(
      () => {
        throw new Error('at once');
      },
      () => undefined,
      new AbortController().signal,
    );
    await assert.rejects(broken, /at once/);
    const next = add('next');
    assert.deepEqual(started, ['next']);
    next.end();
    await next.answer;
  });

  it('lets a waiting request go when it is cancelled, and those behind it move up', async () => {
    const [a, b, c, d] = [add('a'), add('b'), add('c'), add('d')];
    b.controller.abort();
    await assert.rejects(b.answer, isCancelled);
    assert.deepEqual(
      [c.positions, d.positions],
      [
        [2, 1],
        [3, 2],
      ],
    );
    a.end();
    c.end();
    d.end();
    await Promise.all([a.answer, c.answer, d.answer]);
    assert.deepEqual(started, ['a', 'c', 'd']);
  });

  it('does not wait for a request that was cancelled before it came', async () => {
    const a = add('a');
    const controller = new AbortController();
    controller.abort();
    const late = queue.run(
      () => Promise.resolve('late'),
      () => undefined,
      controller.signal,
    );
    await assert.rejects(late, isCancelled);
    a.end();
    await a.answer;
  });

  it('leaves the cancelling of a running request to its work', async () => {
    const [a, b] = [add('a'), add('b')];
    a.controller.abort();
    assert.deepEqual(started, ['a']);
    a.end();
    assert.equal(await a.answer, 'a');
    b.end();
    assert.equal(await b.answer, 'b');
  });

  it('does not mind that a request is cancelled after its end', async () => {
    const [a, b] = [add('a'), add('b')];
    a.end();
    b.end();
    await Promise.all([a.answer, b.answer]);
    a.controller.abort();
    b.controller.abort();
    const c = add('c');
    c.end();
    assert.equal(await c.answer, 'c');
  });
});
