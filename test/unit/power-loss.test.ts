import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { findLocations } from '../../src/engine/store/locations.ts';
import { StoreClaims } from '../../src/engine/store/store-claims.ts';
import { Journal } from '../../src/evaluation/run/journal.ts';
import { makeFolder, replaceFile } from '../../src/protocol/durable-files.ts';
import { lockFolder } from '../../src/protocol/folder-lock.ts';
import { isRunning, thisProcess } from '../../src/protocol/process-identity.ts';
import { temporaryFolder } from './model-folder.ts';
import { refusal } from './refusal.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  folder.remove();
});

/** Runs work and returns what it waited for, in order: writes, and "sync" of a file or folder. */
async function waits(work: () => Promise<unknown>): Promise<string[]> {
  const handle = await open(folder.path, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, (...given: never[]) => unknown>;
  await handle.close();
  const seen: string[] = [];
  const originals = ['sync', 'datasync', 'appendFile', 'writeFile'].map((name) => {
    const original = prototype[name]!;
    prototype[name] = async function (this: unknown, ...given: never[]): Promise<unknown> {
      const result = await original.apply(this, given);
      seen.push(name);
      return result;
    };
    return [name, original] as const;
  });
  try {
    await work();
  } finally {
    for (const [name, original] of originals) prototype[name] = original;
  }
  return seen;
}

describe('what must be on disk after a power failure', () => {
  it('is each line of a journal, when the call that appended it returns', async () => {
    const file = join(folder.path, 'lines.jsonl');
    let journal: Journal | undefined;
    assert.deepEqual(
      await waits(async () => {
        journal = await Journal.open(file);
      }),
      ['sync'],
    );
    assert.deepEqual(
      (await waits(() => journal!.append({ a: 1 }))).filter((name) => name !== 'writeFile'),
      ['datasync', 'appendFile'].reverse(),
    );
    await journal!.close();
    assert.equal(readFileSync(file, 'utf8'), '{"a":1}\n');
  });

  it('is a replaced file: first its content, then its name', async () => {
    const file = join(folder.path, 'a.json');
    assert.deepEqual(await waits(() => replaceFile(file, 'new')), ['writeFile', 'sync', 'sync']);
    assert.equal(readFileSync(file, 'utf8'), 'new');
  });

  it('is a new folder, with those above it', async () => {
    const inner = join(folder.path, 'a', 'b', 'c');
    assert.deepEqual(await waits(() => makeFolder(inner)), ['sync', 'sync', 'sync']);
    assert.deepEqual(await waits(() => makeFolder(inner)), []);
  });
});

describe('the lock of a folder', () => {
  const options = () => ({
    lockfilePath: join(folder.path, '.lock'),
    stale: 50,
    retries: { retries: 3, minTimeout: 30, maxTimeout: 30, factor: 1 },
    onLost: () => undefined,
  });

  it('is taken over when its time lies ahead and does not change', async () => {
    const { lockfilePath } = options();
    mkdirSync(lockfilePath);
    const tomorrow = Date.now() / 1000 + 86_400;
    utimesSync(lockfilePath, tomorrow, tomorrow);
    await (
      await lockFolder(folder.path, options())
    )();
  });

  it('stays with a process that renews it', async () => {
    const release = await lockFolder(folder.path, options());
    const renewing = setInterval(() => {
      const now = new Date();
      utimesSync(options().lockfilePath, now, now);
    }, 5);
    await assert.rejects(lockFolder(folder.path, options()), { code: 'ELOCKED' });
    clearInterval(renewing);
    await release();
  });

  it('can be released again without an error', async () => {
    const release = await lockFolder(folder.path, options());
    await release();
    await release();
  });
});

describe('a process of another time', () => {
  it('is not taken for the one that has its id now', async function () {
    const now = await thisProcess();
    if (now.started === undefined) this.skip();
    assert.equal(await isRunning(now), true);
    assert.equal(await isRunning({ ...now, started: 'before the last start' }), false);
    assert.equal(await isRunning({ ...now, host: 'another' }), undefined);
  });

  const claimed = async (change: object, modified = new Date()): Promise<number> => {
    const claims = new StoreClaims(folder.path);
    const claim = { folder: 'm', purpose: 'using', ...(await thisProcess()), ...change };
    const file = folder.write('a.json', JSON.stringify(claim));
    utimesSync(file, modified, modified);
    return claims.withLock(async () => (await claims.claimsOn('m')).length);
  };

  it('has no claim on a model of the store', async function () {
    if (process.platform !== 'linux') this.skip();
    assert.equal(await claimed({}), 1);
    assert.equal(await claimed({ started: 'before the last start' }), 0);
  });

  it('has no claim from another machine that is not renewed, or from before a clock was set back', async () => {
    const hour = 3_600_000;
    const other = { host: `not-${hostname()}` };
    assert.equal(await claimed(other), 1);
    assert.equal(await claimed(other, new Date(Date.now() - hour)), 0);
    assert.equal(await claimed(other, new Date(Date.now() + hour)), 0);
  });
});

describe('a folder that a variable names', () => {
  for (const name of ['TQSTAR_CACHE', 'TQSTAR_STORE', 'TQSTAR_MODELS']) {
    it(`is refused if ${name} is empty`, () => {
      for (const empty of ['', '  ']) {
        assert.throws(
          () => findLocations({ [name]: empty }),
          refusal(new RegExp(`${name} is empty; set it`, 'u')),
        );
      }
    });
  }
});
