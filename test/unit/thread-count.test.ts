import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  threadFile,
  ThreadCount,
  type MachineState,
} from '../../src/engine/library/thread-count.ts';
import { ErrorCode } from '../../src/protocol/errors.ts';
import type { SessionTime } from '../../src/engine/runtime/session-time.ts';

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
    new ThreadCount(threadFile(folder), environment, available, idle);

  /** What another engine finds that starts some minutes later. */
  const later = (minutes: number, machine: Partial<MachineState> = {}): ThreadCount =>
    new ThreadCount(threadFile(folder), {}, 2, {
      ...idle,
      now: () => minutes * minute,
      ...machine,
    });

  const timed =
    (times: Readonly<Record<number, number>>, spread = 1.1) =>
    (threads: number): Promise<SessionTime> => {
      tried.push(threads);
      const quickest = times[threads]!;
      return Promise.resolve({ quickest, median: spread * quickest });
    };

  const idle: MachineState = {
    processor: () => Promise.resolve('a processor'),
    load: () => 0.4,
    now: () => 0,
  };
  const minute = 60_000;

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
    const processor = (): Promise<string> => Promise.resolve('another');
    const other = new ThreadCount(threadFile(folder), {}, 2, { ...idle, processor });
    await other.measure(timed({ 1: 10, 2: 9 }));
    assert.deepEqual(tried, [1, 2]);
  });

  it('is measured again on a processor with another number of threads', async () => {
    await count(2).measure(timed({ 1: 20, 2: 12 }));
    tried = [];
    await count(4).measure(timed({ 1: 20, 2: 12, 4: 7 }));
    assert.deepEqual(tried, [1, 2, 4]);
  });

  for (const [what, machine, spread, why] of [
    ['the load was high', { load: () => 1.5 }, 1.1, /busy \(load 1\.5 on 2 threads\)/u],
    ['the runs differed much', {}, 1.8, /busy \(the median run took 1\.8 times the quickest\)/u],
  ] as const) {
    it(`is measured again by a later engine if ${what}`, async () => {
      const busy = later(0, machine);
      const first = await busy.measure(timed({ 1: 18, 2: 32 }, spread));
      assert.equal(first.threads, 1);
      assert.match(first.reason, why);
      await busy.measure(timed({}));
      await later(9).measure(timed({}));
      assert.deepEqual(tried, [1, 2]);
      const { threads, reason } = await later(10).measure(timed({ 1: 19, 2: 15 }));
      assert.equal(threads, 2);
      assert.equal(reason, 'measured, by number of threads: 1: 18.0 ms, 2: 15.0 ms');
      await later(20).measure(timed({}));
      assert.deepEqual(tried, [1, 2, 1, 2]);
    });
  }

  it('stays that of the engine while it runs, on a busy machine, too', async () => {
    let now = 0;
    await later(0, { load: () => 2 }).measure(timed({ 1: 18, 2: 32 }));
    const other = later(0, { now: () => now });
    await other.measure(timed({}));
    now = 60 * minute;
    await other.measure(timed({}));
    assert.deepEqual(tried, [1, 2]);
  });

  it('is measured again if its file is damaged', async () => {
    await writeFile(threadFile(folder), '{"machine": "cut');
    const { threads } = await count(2).measure(timed({ 1: 20, 2: 12 }));
    assert.equal(threads, 2);
    assert.match(await readFile(threadFile(folder), 'utf8'), /"milliseconds":12/u);
  });

  it('is measured if it cannot be kept', async () => {
    await writeFile(join(folder, 'file'), '');
    const nowhere = new ThreadCount(join(folder, 'file', 'threads.json'), {}, 2, idle);
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

  it('is refused when TQSTAR_THREADS is no number of threads of this processor', async () => {
    for (const given of ['1000000', '33', '0', '-1', '2.5', 'many', '1e3']) {
      const asked = count(8, { TQSTAR_THREADS: given });
      const refusal = {
        code: ErrorCode.invalidInput,
        message: `TQSTAR_THREADS is "${given}"; it must be an integer from 1 to 32 on this machine.`,
      };
      await assert.rejects(asked.known(), refusal);
      await assert.rejects(asked.measure(timed({})), refusal);
    }
    assert.equal((await count(8, { TQSTAR_THREADS: '' }).known()).threads, 8);
    assert.deepEqual(tried, []);
  });

  it('is all threads of the processor before a measurement', async () => {
    assert.equal((await count(8).known()).threads, 8);
  });
});
