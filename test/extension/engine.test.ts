import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Comparison } from '../../src/webview/panel/messages.ts';
import { nextMessage, openText, quick, setSettings, until, useExtension } from './extension-api.ts';
import { nodeThat } from './nodes.ts';
import { rewrite, sentence, writing } from './rewriting.ts';

const instruction = 'Write a long letter about the sea.';

describe('Engine', function () {
  // Long enough that the tests can interrupt it.
  const fixture = useExtension({ ...quick, maxTokens: 400 });

  // A restart forgets the crashes of the previous test.
  beforeEach(async function () {
    await vscode.commands.executeCommand('tqstar.restartEngine');
  });

  function generate(): Thenable<Comparison | undefined> {
    return vscode.commands.executeCommand('tqstar.generate', { instruction });
  }

  async function comparing(): Promise<void> {
    const last = fixture.api.ctx.panel.comparison?.id;
    await until(() => {
      const { comparison } = fixture.api.ctx.panel;
      return comparison?.id !== last && (comparison?.plain.tokens.length ?? 0) > 2;
    });
  }

  it('stops writing on Stop, and keeps the process and the text so far', async function () {
    const { processId } = fixture.api.ctx.engine.state;
    const begun = comparing();
    const comparison = generate();
    await begun;
    await vscode.commands.executeCommand('tqstar.stop');
    const { phase, plain } = (await comparison)!;
    assert.equal(phase, 'stopped');
    assert.ok(plain.tokens.length < 400);
    assert.equal(fixture.api.ctx.engine.state.processId, processId);
  });

  it('reports a crash during a text, restarts and leaves the document unchanged', async function () {
    const editor = await openText('my text');
    const crashed = nextMessage(fixture, /The engine crashed .* It is restarting/u);
    const before = fixture.api.ctx.engine.state.processId!;
    const begun = comparing();
    const comparison = generate();
    await begun;
    process.kill(before, 'SIGKILL');
    assert.deepEqual((await crashed).buttons, ['Show Log']);
    await comparison;
    assert.equal(fixture.errors.length, 1);
    assert.equal(fixture.api.ctx.panel.comparison!.phase, 'failed');
    await until(() => fixture.api.ctx.engine.state.phase === 'ready');
    assert.notEqual(fixture.api.ctx.engine.state.processId, before);
    assert.equal(editor.document.getText(), 'my text');
  });

  it('stays down after the fifth crash in three minutes, until the person restarts it', async function () {
    for (let crash = 1; crash <= 5; crash++) {
      const shown = nextMessage(fixture, crash < 5 ? /restarting/u : /five times/u);
      process.kill(fixture.api.ctx.engine.state.processId!, 'SIGKILL');
      const { buttons } = await shown;
      assert.equal(buttons.includes('Restart Engine'), crash === 5);
      if (crash < 5) await until(() => fixture.api.ctx.engine.state.phase === 'ready');
    }
    assert.equal(fixture.api.ctx.engine.state.phase, 'failed');
    const refused = nextMessage(fixture, /crashed five times/u);
    await generate();
    await refused;
    await vscode.commands.executeCommand('tqstar.restartEngine');
    assert.equal(fixture.api.ctx.engine.state.phase, 'ready');
  });

  it('kills an engine that does not stop, and starts another with the next request', async function () {
    const stuck = fixture.api.ctx.engine.state.processId!;
    const begun = comparing();
    const comparison = generate();
    await begun;
    process.kill(stuck, 'SIGSTOP');
    await vscode.commands.executeCommand('tqstar.stop');
    assert.equal((await comparison)!.phase, 'stopped');
    assert.throws(() => process.kill(stuck, 0));
    assert.deepEqual(fixture.errors, []);
    await setSettings({ maxTokens: 2 });
    assert.equal((await generate())!.phase, 'done');
    assert.notEqual(fixture.api.ctx.engine.state.processId, stuck);
    await setSettings({ maxTokens: 400 });
  });

  it('leaves the document alone when the engine crashes during a rewrite', async function () {
    // Slow enough to be unfinished when its first words are shown.
    await setSettings({ k: 10, rolloutLength: 16, alpha: 0.05 });
    const editor = await openText(`${sentence}\n`);
    const shown = nextMessage(fixture, /The engine crashed .* It is restarting/u);
    const { decided } = rewrite();
    await writing(fixture);
    process.kill(fixture.api.ctx.engine.state.processId!, 'SIGKILL');
    await shown;
    assert.equal(await decided, 'kept');
    assert.equal(editor.document.getText(), `${sentence}\n`);
    assert.equal(fixture.errors.length, 1);
    await setSettings({ k: quick.k, rolloutLength: quick.rolloutLength, alpha: undefined });
  });

  it('stops writing when the panel is closed', async function () {
    const begun = comparing();
    const comparison = generate();
    await begun;
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    assert.equal((await comparison)!.phase, 'stopped');
  });

  it('runs with the Node in tqstar.nodePath without a reload of the window', async function () {
    await setSettings({ maxTokens: 2 });
    const node = nodeThat('touch "$0.was-run"');
    const before = fixture.api.ctx.engine.state.processId;
    await setSettings({ nodePath: node });
    assert.equal((await generate())!.phase, 'done');
    assert.notEqual(fixture.api.ctx.engine.state.processId, before);
    assert.ok(existsSync(`${node}.was-run`));
    await setSettings({ nodePath: undefined, maxTokens: 400 });
  });

  it('unloads models and returns their ids', async function () {
    await setSettings({ maxTokens: 2 });
    await generate();
    const unloaded = await vscode.commands.executeCommand('tqstar.unloadModels');
    assert.deepEqual(unloaded, ['smollm2-135m-instruct']);
    assert.equal(fixture.api.ctx.engine.state.device, undefined);
    await setSettings({ maxTokens: 400 });
  });

  it('stops after the idle time in the settings', async function () {
    await setSettings({ maxTokens: 2, idleUnloadMinutes: 0.01 });
    await generate();
    await until(() => fixture.api.ctx.engine.state.phase === 'stopped');
    assert.equal(fixture.api.ctx.engine.state.processId, undefined);
    await setSettings({ maxTokens: 400, idleUnloadMinutes: undefined });
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
