import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { generationOptions } from '../../src/extension/settings/generation-settings.ts';
import type { Comparison } from '../../src/webview/panel/messages.ts';
import { isRunning } from '../harness/processes.ts';
import { nextMessage, setSettings, until, useExtension } from './extension-api.ts';

describe('A script reward in a trusted workspace', function () {
  const fixture = useExtension({ maxTokens: 4, k: 2, rolloutLength: 2 });
  const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  let outside: string;

  before(async function () {
    outside = mkdtempSync(join(tmpdir(), 'tqstar-script-'));
    await mkdir(join(root, 'rewards'), { recursive: true });
  });

  after(async function () {
    await setSettings({ targetReward: undefined, ownReward: undefined, rewards: undefined });
    rmSync(join(root, 'rewards'), { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  });

  async function choose(script: string): Promise<void> {
    await writeFile(join(root, 'rewards/mine.mjs'), script);
    await setSettings({
      rewards: [{ id: 'mine', type: 'script', path: 'rewards/mine.mjs', range: [0, 1] }],
      targetReward: 'own',
      ownReward: 'mine',
    });
  }

  it('is found in the workspace folder, scores the text, and leaves no process', async function () {
    const ids = join(outside, 'ids');
    await choose(`
      import { appendFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(ids)}, process.pid + '\\n');
      export const score = (prompt, response) => 1 / (1 + response.length);
    `);
    assert.equal(generationOptions(fixture.api.ctx.settings, undefined).folder, root);
    const comparison = await vscode.commands.executeCommand<Comparison>('tqstar.generate', {
      instruction: 'Write a word.',
    });
    const { done } = comparison.aligned;
    assert.ok(done);
    assert.equal(done.reward, 1 / (1 + done.text.length));
    const processes = readFileSync(ids, 'utf8').trim().split('\n').map(Number);
    // One process checked the script before the model was loaded, one scored both texts.
    assert.equal(processes.length, 2);
    await until(() => !processes.some(isRunning));
  });

  it('shows one sentence and a settings button when it throws', async function () {
    await choose('export const score = () => { throw new Error("no mood"); };');
    const shown = nextMessage(fixture, /script of the reward 'mine'.*threw Error: no mood\.$/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: 'Write a word.' });
    assert.deepEqual((await shown).buttons, ['Open Settings']);
  });
});
