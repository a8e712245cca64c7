import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelEntrySchema, modelPlanSchema } from '../../src/protocol/store.ts';
import { FakeHub } from '../harness/fake-hub.ts';
import {
  built,
  complaint,
  jsonLines,
  outcome,
  start,
  tqstar,
  type Outcome,
} from './command-line.ts';

const fixture = join(import.meta.dirname, '../fixtures/models/gguf-q8-0/model.gguf');

describe('tqstar models', function () {
  this.timeout(120_000);
  let hub: FakeHub;
  let store: string;

  before(built);

  beforeEach(async () => {
    hub = await FakeHub.start();
    hub.add('tests/small', { 'small-Q8_0.gguf': readFileSync(fixture), 'old.bin': 'pickle' });
    store = mkdtempSync(join(tmpdir(), 'tqstar-store-'));
  });

  afterEach(async () => {
    await hub.stop();
    rmSync(store, { recursive: true, force: true });
  });

  const environment = () => ({ HF_ENDPOINT: hub.address, TQSTAR_STORE: store });
  const models = (...args: string[]): Promise<Outcome> =>
    tqstar(['models', ...args], { env: environment() });

  it('adds a model, lists it, verifies it and removes it', async () => {
    const added = await models('add', 'tests/small', '--json');
    assert.equal(added.exitCode, 0, added.stderr);
    assert.match(added.stderr, /Skipped old\.bin/u);
    const { id, memory } = modelEntrySchema.parse(jsonLines(added.stdout)[0]);
    assert.equal(id, 'tests/small');
    assert.ok(memory!.available > 0);

    const list = await models('list');
    assert.match(
      list.stdout,
      /^tests\/small\n.*\n {2}llama, GGUF Q8_0\n {2}needs .* of memory as int8/mu,
    );

    const verified = await models('verify', 'tests/small');
    assert.equal(verified.exitCode, 0);

    const removed = await models('remove', 'tests/small');
    assert.equal(removed.stdout, 'Removed tests/small.\n');
    const again = await models('remove', 'tests/small');
    assert.equal(again.exitCode, 2);
    assert.match(
      complaint(again),
      /There is no model "tests\/small" in the store; the store is empty\./u,
    );
  });

  it('shows with --plan what it would add, without adding it', async () => {
    const { stdout } = await models('add', 'tests/small', '--plan', '--json');
    const { files, leftOut } = modelPlanSchema.parse(jsonLines(stdout)[0]);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['small-Q8_0.gguf'],
    );
    assert.deepEqual(leftOut, ['old.bin']);
    assert.ok(hub.seen.every(({ url }) => !url.includes('small-Q8_0.gguf')));
    const text = await models('add', 'tests/small', '--plan');
    assert.match(text.stdout, /skips old\.bin/u);
  });

  it('keeps a partial download when interrupted', async () => {
    const sent = new Promise<void>((resolve) => {
      hub.hold = { path: 'small-Q8_0.gguf', at: 65_536, sent: resolve };
    });
    const child = start(['models', 'add', 'tests/small'], environment());
    const ended = outcome(child);
    await sent;
    process.kill(-child.pid!, 'SIGINT');
    assert.equal((await ended).exitCode, 130);
    hub.hold = undefined;
    assert.equal((await models('add', 'tests/small')).exitCode, 0);
  });

  it('refuses a source that is neither a path nor a hub model in one sentence', async () => {
    const outcome = await models('add', 'nonsense');
    assert.equal(outcome.exitCode, 2);
    assert.match(complaint(outcome), /^tqstar: "nonsense" is neither a file or folder.*\n?$/u);
  });
});
