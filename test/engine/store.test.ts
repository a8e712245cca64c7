import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import { compileSource } from '../../src/engine/models/adapted-model.ts';
import { CompiledStore, type CompiledKey } from '../../src/engine/models/compiled-store.ts';
import { contentHash, openModel, type OpenModel } from '../../src/engine/models/open-model.ts';
import { GraphSession } from '../../src/engine/runtime/graph-session.ts';
import { SlotPool } from '../../src/engine/runtime/slot-pool.ts';
import { TokenTree } from '../../src/engine/runtime/token-tree.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import { thisProcess } from '../../src/protocol/process-identity.ts';
import { shippedModel } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

const mount = spawnable('mount') && process.getuid?.() === 0;

function spawnable(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function storageError(...parts: readonly string[]) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, ErrorCode.storage);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    return true;
  };
}

/** A child process that compiles (compile-child.ts), and its output line by line. */
function startCompile(model: string, folder: string) {
  const program = join(import.meta.dirname, 'compile-child.ts');
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', program, model, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    child,
    async line(start: string): Promise<string> {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error(`the child ended before it said "${start}"`);
        if (value.startsWith(start)) return value.slice(start.length).trim();
      }
    },
    go(): void {
      child.stdin!.write('go\n');
    },
  };
}

describe('the compiled models', () => {
  let tiny: TinyModels;
  let model: OpenModel;
  let store: CompiledStore;
  let key: CompiledKey;

  beforeEach(async () => {
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-reward');
    model = await openModel(tiny.folder('llama-grouped'));
    store = new CompiledStore(tiny.folder('store'));
    key = { contentHash: await contentHash(model.files), format: 'int8', head: 'logits' };
  });

  afterEach(async () => {
    await model.close();
    tiny.remove();
  });

  const source = () => compileSource(model, undefined, 'logits');
  const entries = (): string[] => readdirSync(store.folder);

  /** The most likely next tokens after a fixed text. */
  async function predict(folder: string): Promise<number[]> {
    const session = await GraphSession.create(folder, model.shape, { threads: 1 });
    const tree = new TokenTree([5, 9, 33], new SlotPool(model.shape, 0), 0);
    const nodes = tree.pending(3);
    const { topIds } = await session.run({
      ...tree.plan(nodes),
      rows: [2],
      topCount: 5,
      wantLogits: false,
    });
    await session.dispose();
    return [...topIds].map(Number);
  }

  it('compiles once and then uses the cache', async () => {
    const shares: number[] = [];
    const onProgress = (done: number): void => {
      shares.push(done);
    };
    const first = await store.open(key, source(), { onProgress });
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    const reads = shares.length;
    const weights = statSync(join(first, 'weights.bin')).mtimeMs;
    assert.equal(await store.open(key, source(), { onProgress }), first);
    assert.equal(shares.length, reads);
    assert.equal(statSync(join(first, 'weights.bin')).mtimeMs, weights);
    assert.ok((await store.size()) > 1_000_000);
  });

  it('leaves no files after a cancel, and compiles on the next request', async () => {
    const controller = new AbortController();
    const cancelled = store.open(key, source(), {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await assert.rejects(
      cancelled,
      (error: unknown) => error instanceof TqError && error.code === ErrorCode.cancelled,
    );
    assert.deepEqual(entries(), []);
    assert.equal((await predict(await store.open(key, source()))).length, 5);
  });

  it('leaves no files if the weights cannot be read completely', async () => {
    truncateSync(join(tiny.folder('llama-grouped'), 'model.safetensors'), 100_000);
    await assert.rejects(
      store.open(key, source()),
      (error: unknown) => error instanceof TqError && error.code === ErrorCode.badModel,
    );
    assert.deepEqual(entries(), []);
  });

  it('compiles again if a part of the result was removed', async () => {
    const folder = await store.open(key, source());
    const expected = await predict(folder);
    rmSync(join(folder, 'weights.bin'));
    assert.equal(await store.open(key, source()), folder);
    assert.deepEqual(await predict(folder), expected);
    assert.equal(entries().length, 1);
  });

  it('compiles again, and says so, if a byte of the result changed', async () => {
    const folder = await store.open(key, source());
    const expected = await predict(folder);
    for (const name of ['weights.bin', 'model.onnx', 'checksums.json']) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(path, bytes);
      const notes: string[] = [];
      assert.equal(await store.open(key, source(), { onNote: (note) => notes.push(note) }), folder);
      assert.equal(notes.length, 1);
      assert.match(notes[0]!, /damaged \(.*compiled again\.$/u);
      assert.deepEqual(await predict(folder), expected);
    }
    assert.equal(entries().length, 1);
  });

  it('removes the folder of a killed process at the next compilation', async function () {
    const owner = await thisProcess();
    if (owner.started === undefined) this.skip();
    const [ended, running] = ['ended', 'running'].map((name) =>
      join(store.folder, `abc.unfinished-${name}`),
    ) as [string, string];
    for (const folder of [ended, running]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(running, 'owner.json'), JSON.stringify(owner));
    const before = { ...owner, started: 'before the last start' };
    writeFileSync(join(ended, 'owner.json'), JSON.stringify(before));
    await store.open(key, source());
    assert.equal(existsSync(ended), false);
    assert.equal(existsSync(running), true);
  });

  it('names the folder to delete if the result is damaged', async () => {
    const folder = await store.open(key, source());
    truncateSync(join(folder, 'weights.bin'), 100_000);
    await assert.rejects(
      GraphSession.create(folder, model.shape, { threads: 1 }),
      (error: unknown) => {
        assert.ok(error instanceof TqError);
        assert.ok(error.message.includes(`Delete the folder ${folder}`), error.message);
        return true;
      },
    );
  });

  it('removes folders of killed processes after a day', async () => {
    const old = join(store.folder, 'abc.unfinished-old');
    const young = join(store.folder, 'abc.unfinished-young');
    for (const folder of [old, young]) mkdirSync(folder, { recursive: true });
    const dayAgo = Date.now() / 1000 - 25 * 3600;
    utimesSync(old, dayAgo, dayAgo);
    await store.open(key, source());
    assert.equal(existsSync(old), false);
    assert.equal(existsSync(young), true);
  });

  describe('its key', () => {
    it('is the same for the same content in another folder', async () => {
      const copy = new TinyModels('llama-grouped');
      const again = await openModel(copy.folder('llama-grouped'));
      assert.equal(await contentHash(again.files), key.contentHash);
      await again.close();
      copy.remove();
    });

    it('changes with the weights and with the configuration', async () => {
      const hashOf = () => contentHash(model.files);
      tiny.change('llama-grouped', (tensors) => {
        const name = tensors.named('norm.weight');
        tensors.set(name, tensors.shape(name), (i, old) => (i === 0 ? old + 1e-6 : old));
      });
      const changed = await hashOf();
      assert.notEqual(changed, key.contentHash);
      tiny.configure('llama-grouped', { rms_norm_eps: 1e-6 });
      assert.notEqual(await hashOf(), changed);
    });

    it('changes with format and head', () => {
      const keys: CompiledKey[] = [
        key,
        { ...key, format: 'fp32' },
        { ...key, head: 'score' },
        { ...key, format: 'fp32', head: 'score' },
      ];
      assert.equal(new Set(keys.map((each) => store.path(each))).size, keys.length);
    });

    it('changes with the adapter, and with the adapter’s weights', async () => {
      tiny.addTokenizer('llama-grouped');
      const cache = tiny.folder('cache');
      const library = new ModelLibrary({
        models: join(import.meta.dirname, '../../models'),
        cache,
        store: tiny.folder('store'),
      });
      const compiled = async (name: string): Promise<number> => {
        await library.policy(tiny.folder(name), { format: 'int8', device: 'cpu' });
        await library.unload();
        return readdirSync(join(cache, 'compiled')).length;
      };
      assert.equal(await compiled('llama-grouped'), 1);
      assert.equal(await compiled('lora-policy'), 2);
      assert.equal(await compiled('lora-policy'), 2);
      tiny.change('lora-policy', (tensors) => {
        const name = tensors.named('layers.0.mlp.up_proj.lora_A.weight');
        tensors.set(name, tensors.shape(name), (_, old) => old * 2);
      });
      assert.equal(await compiled('lora-policy'), 3);
    });
  });

  describe('a cache folder that is not writable', () => {
    it('is named if its parent is a file', async () => {
      const below = new CompiledStore(join(tiny.write('file', ''), 'compiled'));
      const told = storageError(below.folder, 'cannot be written (ENOTDIR)', 'TQSTAR_CACHE');
      await assert.rejects(below.open(key, source()), told);
    });

    it('is named if its permissions forbid writing', async function () {
      // Root ignores permissions, but not a read-only file system.
      if (!mount) this.skip();
      await withSmallDisk(async (folder) => {
        execFileSync('mount', ['-o', 'remount,ro', folder]);
        const readOnly = new CompiledStore(join(folder, 'compiled'));
        const told = storageError(readOnly.folder, 'cannot be written', 'TQSTAR_CACHE');
        await assert.rejects(readOnly.open(key, source()), told);
      });
    });

    it('is named if the disk is full, and no files are left', async function () {
      // Only root may mount a disk small enough to fill.
      if (!mount) this.skip();
      await withSmallDisk(async (folder) => {
        const full = new CompiledStore(join(folder, 'compiled'));
        const told = storageError('disk is full', full.folder, 'free some space', 'TQSTAR_CACHE');
        await assert.rejects(full.open(key, source()), told);
        assert.deepEqual(readdirSync(full.folder), []);
      });
    });

    /** Mounts a disk of 96 kB, less than the compiled model needs. */
    async function withSmallDisk(work: (folder: string) => Promise<void>): Promise<void> {
      const folder = tiny.folder('disk');
      mkdirSync(folder);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'tmpfs', folder]);
      try {
        await work(folder);
      } finally {
        execFileSync('umount', [folder]);
      }
    }
  });

  describe('shared by processes', () => {
    it('has no final folder after the compiling process is killed', async () => {
      const shipped = await openModel(shippedModel);
      const hash = await contentHash(shipped.files);
      await shipped.close();
      const compile = startCompile(shippedModel, store.folder);
      await compile.line('ready');
      compile.go();
      await compile.line('progress');
      compile.child.kill('SIGKILL');
      await once(compile.child, 'exit');
      const final = store.path({ ...key, contentHash: hash });
      assert.equal(dirname(final), store.folder);
      assert.equal(existsSync(final), false);
      assert.deepEqual(
        entries().filter((entry) => !entry.includes('.unfinished-')),
        [],
      );
      assert.equal(entries().length, 1);
      assert.equal((await predict(await store.open(key, source()))).length, 5);
      // Where the system does not say when a process started, it goes after a day.
      if ((await thisProcess()).started === undefined) return;
      assert.deepEqual(
        entries().filter((entry) => entry.includes('.unfinished-')),
        [],
      );
    });

    it('gives a complete result to all processes that compile at once', async () => {
      const path = tiny.folder('llama-grouped');
      const compiles = Array.from({ length: 3 }, () => startCompile(path, store.folder));
      await Promise.all(compiles.map((compile) => compile.line('ready')));
      for (const compile of compiles) compile.go();
      const folders = await Promise.all(compiles.map((compile) => compile.line('folder')));
      await Promise.all(compiles.map(({ child }) => child.exitCode ?? once(child, 'exit')));
      assert.deepEqual(
        folders,
        folders.map(() => store.path(key)),
      );
      assert.deepEqual(entries(), [store.path(key).slice(store.folder.length + 1)]);
      const alone = new CompiledStore(tiny.folder('alone'));
      assert.deepEqual(await predict(folders[0]!), await predict(await alone.open(key, source())));
    });
  });
});
