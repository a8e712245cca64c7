import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import type { Comparison } from '../../src/protocol/panel.ts';
import {
  activated,
  closeEditors,
  nextMessage,
  openText,
  setSettings,
  until,
} from './extension-api.ts';

const instruction = 'Write a long letter about the sea.';

describe('Engine', function () {
  let api: ExtensionApi;

  before(async function () {
    api = await activated();
    await setSettings({ maxTokens: 200, k: 4, rolloutLength: 4 });
  });

  beforeEach(async function () {
    await vscode.commands.executeCommand('tqstar.restartEngine');
  });

  after(async function () {
    await setSettings({ maxTokens: undefined, k: undefined, rolloutLength: undefined });
    await vscode.commands.executeCommand('tqstar.restartEngine');
    await closeEditors();
  });

  function generate(): Thenable<Comparison | undefined> {
    return vscode.commands.executeCommand('tqstar.generate', { instruction });
  }

  async function writing(): Promise<void> {
    const last = api.ctx.panel.comparison?.id;
    await until(() => {
      const { comparison } = api.ctx.panel;
      return comparison?.id !== last && (comparison?.plain.tokens.length ?? 0) > 2;
    });
  }

  it('stops writing and keeps the engine and what has come', async function () {
    const { processId } = api.ctx.engine.state;
    const begun = writing();
    const comparison = generate();
    await begun;
    await vscode.commands.executeCommand('tqstar.stop');
    const { phase, plain } = (await comparison)!;
    assert.equal(phase, 'stopped');
    assert.ok(plain.tokens.length < 200);
    assert.equal(api.ctx.engine.state.processId, processId);
  });

  it('tells a crash in the middle of a text, starts again and leaves the document alone', async function () {
    const editor = await openText('my text');
    const crashed = nextMessage(api, /stopped unexpectedly/u);
    const failed = nextMessage(api, /engine process is gone/u);
    const before = api.ctx.engine.state.processId!;
    const begun = writing();
    const comparison = generate();
    await begun;
    process.kill(before, 'SIGKILL');
    assert.deepEqual((await crashed).buttons, ['Show Log']);
    assert.deepEqual((await failed).buttons, ['Restart Engine', 'Show Log']);
    await comparison;
    assert.equal(api.ctx.panel.comparison!.phase, 'failed');
    await until(() => api.ctx.engine.state.phase === 'ready');
    assert.notEqual(api.ctx.engine.state.processId, before);
    assert.equal(editor.document.getText(), 'my text');
  });

  it('gives up on the fifth crash in three minutes and starts again when asked', async function () {
    for (let crash = 1; crash <= 5; crash++) {
      const told = nextMessage(api, crash < 5 ? /started again/u : /five times/u);
      process.kill(api.ctx.engine.state.processId!, 'SIGKILL');
      const { buttons } = await told;
      assert.equal(buttons.includes('Restart Engine'), crash === 5);
      if (crash < 5) await until(() => api.ctx.engine.state.phase === 'ready');
    }
    assert.equal(api.ctx.engine.state.phase, 'failed');
    const refused = nextMessage(api, /crashed five times/u);
    await generate();
    await refused;
    await vscode.commands.executeCommand('tqstar.restartEngine');
    assert.equal(api.ctx.engine.state.phase, 'ready');
  });

  it('names a node that cannot be run', async function () {
    await api.ctx.engine.stop();
    await setSettings({ nodePath: '/no/such/node' });
    const told = nextMessage(api, /\/no\/such\/node is no program/u);
    await vscode.commands.executeCommand('tqstar.restartEngine');
    assert.ok((await told).buttons.includes('Show Log'));
    await setSettings({ nodePath: undefined });
  });

  it('says what is wrong when the inference library does not load', async function () {
    await setSettings({ nodePath: '/bin/false' });
    const told = nextMessage(api, /inference library does not load with \/bin\/false/u);
    await vscode.commands.executeCommand('tqstar.restartEngine');
    assert.ok((await told).buttons.includes('Run Diagnosis'));
    await setSettings({ nodePath: undefined });
  });

  it('unloads models and says which', async function () {
    await setSettings({ maxTokens: 2 });
    await generate();
    const unloaded = await vscode.commands.executeCommand('tqstar.unloadModels');
    assert.deepEqual(unloaded, ['smollm2-135m-instruct']);
    assert.equal(api.ctx.engine.state.device, undefined);
    await setSettings({ maxTokens: 200 });
  });

  it('stops when it was not used for the time set', async function () {
    await setSettings({ maxTokens: 2, idleUnloadMinutes: 0.01 });
    await generate();
    await until(() => api.ctx.engine.state.phase === 'stopped');
    assert.equal(api.ctx.engine.state.processId, undefined);
    await setSettings({ maxTokens: 200, idleUnloadMinutes: undefined });
  });

  it('writes a diagnosis with engine, device and models', async function () {
    const document =
      await vscode.commands.executeCommand<vscode.TextDocument>('tqstar.runDiagnosis');
    assert.match(
      document.getText(),
      /onnxruntime: \d[\s\S]*\| smollm2-135m-instruct \|.*\| OK \|/u,
    );
    assert.equal(document.isDirty, false);
  });
});
