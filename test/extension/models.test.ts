import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { requests } from '../../src/protocol/requests.ts';
import type { ModelEntry } from '../../src/protocol/store.ts';
import { FakeHub } from '../harness/fake-hub.ts';
import { nextMessage, setSettings, useExtension } from './extension-api.ts';

const gguf = join(__dirname, '../../../test/fixtures/models/gguf-q8-0/model.gguf');

describe('Manage Models', function () {
  const fixture = useExtension();
  let hub: FakeHub;
  const modelStore = mkdtempSync(join(tmpdir(), 'tqstar-store-'));

  before(async function () {
    hub = await FakeHub.start();
    process.env['HF_ENDPOINT'] = hub.address;
    hub.add('tests/small', { 'small-Q8_0.gguf': readFileSync(gguf) }, { licence: 'mit' });
    await setSettings({ modelStore });
    await vscode.commands.executeCommand('tqstar.restartEngine');
  });

  after(async function () {
    delete process.env['HF_ENDPOINT'];
    await setSettings({ modelStore: undefined });
    await vscode.commands.executeCommand('tqstar.restartEngine');
    await hub.stop();
    rmSync(modelStore, { recursive: true, force: true });
  });

  /** Runs a command and presses Enter in each list that it opens. */
  async function accepting<T>(command: string, argument: unknown): Promise<T> {
    let done = false;
    const result = vscode.commands.executeCommand<T>(command, argument).then((value) => {
      done = true;
      return value;
    });
    while (!done) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return result;
  }

  it('adds a model from a hub after the person confirms', async function () {
    const shown = nextMessage(fixture, /tests\/small was added/u);
    const added = await accepting<ModelEntry>('tqstar.manageModels', { add: 'tests/small' });
    assert.equal(added.id, 'tests/small');
    assert.equal(added.licence, 'mit');
    assert.equal(added.format, 'GGUF Q8_0');
    assert.deepEqual((await shown).buttons, ['Use as Baseline Policy']);
    const models = await fixture.api.ctx.engine.query(requests.listModels, {});
    const found = models.find(({ id }) => id === 'tests/small')!;
    assert.equal(found.problem, '');
    assert.equal(found.shipped, false);
  });

  it('reports a model that the hub does not have', async function () {
    const shown = nextMessage(fixture, /no public model tests\/none/u);
    await vscode.commands.executeCommand('tqstar.manageModels', { add: 'tests/none' });
    assert.deepEqual((await shown).buttons, ['Open Settings', 'Show Log']);
  });

  it('downloads nothing when the person cancels', async function () {
    hub.add('tests/unwanted', { 'unwanted.gguf': readFileSync(gguf) });
    let done = false;
    const result = vscode.commands
      .executeCommand('tqstar.manageModels', { add: 'tests/unwanted' })
      .then((value) => {
        done = true;
        return value;
      });
    while (!done) {
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await result, undefined);
    assert.ok(hub.seen.every(({ url }) => !url.includes('unwanted.gguf')));
  });
});
