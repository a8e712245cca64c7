import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExtensionApi } from '../../src/extension/activate.ts';
import { generationOptions } from '../../src/extension/settings/generation-settings.ts';
import { activated, closeEditors, nextMessage, openText, setSettings } from './extension-api.ts';

describe('Settings', function () {
  let api: ExtensionApi;

  before(async function () {
    api = await activated();
  });

  afterEach(async function () {
    const names = ['alpha', 'k', 'targetReward', 'ownReward', 'rewards', 'maxTokens', 'method'];
    await setSettings(Object.fromEntries(names.map((name) => [name, undefined])));
    await closeEditors();
  });

  it('names a number out of range with what is allowed, and keeps the old one', async function () {
    await setSettings({ alpha: 0.5 });
    const told = nextMessage(
      api,
      /tqstar\.alpha is -1; it must be a number above 0 and at most 100/u,
    );
    await setSettings({ alpha: -1 });
    assert.deepEqual((await told).buttons, ['Open Settings']);
    assert.equal(api.ctx.settings.get('alpha'), 0.5);
  });

  it('names a value of the wrong type', async function () {
    const told = nextMessage(api, /tqstar\.k is "many"; it must be a whole number/u);
    await setSettings({ k: 'many' });
    await told;
    assert.equal(api.ctx.settings.get('k'), 10);
  });

  it('names the members of an enum', async function () {
    const told = nextMessage(
      api,
      /tqstar\.targetReward is "funny"; it must be one of positive-tone/u,
    );
    await setSettings({ targetReward: 'funny' });
    await told;
    assert.match(api.statusBar.text, /positive-tone/u);
  });

  it('takes another reward for a language', async function () {
    const editor = await openText('text', 'markdown');
    await vscode.workspace
      .getConfiguration('tqstar', { languageId: 'markdown' })
      .update('targetReward', 'formality', true, true);
    assert.match(api.statusBar.text, /formality/u);
    assert.equal(generationOptions(api.ctx.settings, editor.document).reward, 'formality');
    await openText('text', 'plaintext');
    assert.match(api.statusBar.text, /positive-tone/u);
    await vscode.workspace
      .getConfiguration('tqstar', { languageId: 'markdown' })
      .update('targetReward', undefined, true, true);
  });

  it('chooses a reward of the settings by its id, with the rewards it names filled in', async function () {
    const rewards = [
      { id: 'house', type: 'style-guide', avoid: ['utilise'], prefer: [] },
      { id: 'mine', type: 'sum', parts: [{ reward: 'house', weight: 2 }] },
    ];
    await setSettings({ rewards });
    await vscode.commands.executeCommand('tqstar.selectTargetReward', { reward: 'mine' });
    const { reward } = generationOptions(api.ctx.settings, undefined);
    assert.deepEqual(reward, { ...rewards[1], parts: [{ reward: rewards[0], weight: 2 }] });
    assert.match(api.statusBar.text, /mine/u);
  });

  it('tells a reward that does not exist with those that do', async function () {
    await setSettings({ targetReward: 'own', ownReward: 'no-such-reward', maxTokens: 2 });
    const told = nextMessage(api, /no reward 'no-such-reward'; the rewards are positive-tone/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: 'Write a word.' });
    assert.deepEqual((await told).buttons, ['Open Settings']);
  });

  it('tells an own reward that was never named', async function () {
    await setSettings({ targetReward: 'own' });
    const told = nextMessage(api, /ownReward is empty/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: 'Write a word.' });
    await told;
  });

  it('tells an empty instruction', async function () {
    const told = nextMessage(api, /prompt is empty/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: ' ' });
    await told;
  });

  it('sets α and k', async function () {
    await vscode.commands.executeCommand('tqstar.tune', { alpha: 2, k: 3 });
    const { alpha, k } = generationOptions(api.ctx.settings, undefined);
    assert.deepEqual([alpha, k], [2, 3]);
  });
});
