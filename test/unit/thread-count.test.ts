import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadFile, ThreadCount } from '../../src/engine/library/thread-count.ts';

describe('the number of threads', () => {
  let folder: string;
  let tried: number[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tqstar-'));
    tried = [];
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const count = (available: number, environment: NodeJS.ProcessEnv = {}): ThreadCount =>
    new ThreadCount(threadFile(folder), environment, available);

  const timed =
    (times: Readonly<Record<number, number>>) =>
    (threads: number): Promise<number> => {
      tried.push(threads);
      return Promise.resolve(times[threads]!);
    };

  it('is the one with the fastest runs', async () => {
    const { threads, reason } = await count(6).measure(timed({ 1: 20, 2: 12, 3: 10, 4: 8, 6: 9 }));
    assert.deepEqual(tried, [1, 2, 3, 4, 6]);
    assert.equal(threads, 4);
    assert.match(reason, /^measured, by number of threads: 1: 20\.0 ms, 2: 12\.0 ms/u);
  });

  it('is the smaller one if more save almost no time', async () => {
    const { threads } = await count(4).measure(timed({ 1: 20, 2: 10, 4: 9.8 }));
    assert.equal(threads, 2);
  });

  it('is not searched further once more threads are clearly slower', async () => {
    await count(16).measure(timed({ 1: 20, 2: 12, 4: 16, 8: 9, 16: 9 }));
    assert.deepEqual(tried, [1, 2, 4]);
  });

  it('is measured once and kept for other engines', async () => {
    await count(2).measure(timed({ 1: 20, 2: 12 }));
    const { threads } = await count(2).measure(timed({}));
    assert.equal(threads, 2);
    assert.equal((await count(2).known()).threads, 2);
    assert.deepEqual(tried, [1, 2]);
  });

  it('is measured again on another processor with the same number of threads', async () => {
    await count(2).measure(timed({ 1: 20, 2: 12 }));
    tried = [];
    const other = new ThreadCount(threadFile(folder), {}, 2, () => Promise.resolve('another'));
    await other.measure(timed({ 1: 10, 2: 9 }));
    assert.deepEqual(tried, [1, 2]);
  });

  it('is measured again on a processor with another number of threads', async () => {
    await count(2).measure(timed({ 1: 20, 2: 12 }));
    tried = [];
    await count(4).measure(timed({ 1: 20, 2: 12, 4: 7 }));
    assert.deepEqual(tried, [1, 2, 4]);
  });

  it('is measured again if its file is damaged', async () => {
    await writeFile(threadFile(folder), '{"machine": "cut');
    const { threads } = await count(2).measure(timed({ 1: 20, 2: 12 }));
    assert.equal(threads, 2);
    assert.match(await readFile(threadFile(folder), 'utf8'), /"milliseconds":12/u);
  });

  it('is measured if it cannot be kept', async () => {
    await writeFile(join(folder, 'file'), '');
    const nowhere = new ThreadCount(join(folder, 'file', 'threads.json'), {}, 2);
    assert.equal((await nowhere.measure(timed({ 1: 20, 2: 12 }))).threads, 2);
  });

  it('is set by TQSTAR_THREADS without a measurement', async () => {
    const asked = count(8, { TQSTAR_THREADS: '3' });
    assert.deepEqual(await asked.measure(timed({})), {
      threads: 3,
      reason: 'set by TQSTAR_THREADS',
    });
    assert.deepEqual(tried, []);
  });

  it('is all threads of the processor before a measurement', async () => {
    assert.equal((await count(8).known()).threads, 8);
  });
});
