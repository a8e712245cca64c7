import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { generationOptions } from '../../src/extension/settings/generation-settings.ts';
import { rewardTitles } from '../../src/extension/settings/reward-titles.ts';
import {
  nextMessage,
  openText,
  setSettings,
  until,
  useExtension,
  writeFile,
} from './extension-api.ts';

describe('Settings', function () {
  const fixture = useExtension();

  afterEach(async function () {
    const names = ['alpha', 'k', 'targetReward', 'ownReward', 'rewards', 'idleUnloadMinutes'];
    await setSettings(Object.fromEntries(names.map((name) => [name, undefined])));
  });

  it('names a number out of range with what is allowed, and keeps the old one', async function () {
    await setSettings({ alpha: 0.5 });
    const told = nextMessage(
      fixture,
      /tqstar\.alpha is -1; it must be a number above 0 and at most 100/u,
    );
    await setSettings({ alpha: -1 });
    assert.deepEqual((await told).buttons, ['Open Settings']);
    assert.equal(fixture.api.ctx.settings.get('alpha'), 0.5);
  });

  it('names a value of the wrong type', async function () {
    const told = nextMessage(fixture, /tqstar\.k is "many"; it must be a whole number/u);
    await setSettings({ k: 'many' });
    await told;
    assert.equal(fixture.api.ctx.settings.get('k'), 10);
  });

  it('names the members of an enum', async function () {
    const told = nextMessage(
      fixture,
      /tqstar\.targetReward is "funny"; it must be one of positive-tone/u,
    );
    await setSettings({ targetReward: 'funny' });
    await told;
    assert.match(fixture.api.statusBar.text, /positive-tone/u);
  });

  it('takes another reward for a language', async function () {
    const editor = await openText('text', 'markdown');
    await vscode.workspace
      .getConfiguration('tqstar', { languageId: 'markdown' })
      .update('targetReward', 'formality', true, true);
    assert.match(fixture.api.statusBar.text, /formality/u);
    assert.equal(generationOptions(fixture.api.ctx.settings, editor.document).reward, 'formality');
    await openText('text', 'plaintext');
    assert.match(fixture.api.statusBar.text, /positive-tone/u);
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
    const { reward } = generationOptions(fixture.api.ctx.settings, undefined);
    assert.deepEqual(reward, { ...rewards[1], parts: [{ reward: rewards[0], weight: 2 }] });
    assert.match(fixture.api.statusBar.text, /mine/u);
  });

  it('takes another reward for a folder', async function () {
    const uri = await writeFile('for-folder.md', 'text');
    await vscode.window.showTextDocument(uri);
    const settings = vscode.workspace.getConfiguration('tqstar', uri);
    const folder = vscode.ConfigurationTarget.WorkspaceFolder;
    await settings.update('targetReward', 'concision', folder);
    await until(() => fixture.api.statusBar.text.includes('concision'));
    // A choice goes where the folder's own is.
    await vscode.commands.executeCommand('tqstar.selectTargetReward', { reward: 'length' });
    const found = vscode.workspace.getConfiguration('tqstar', uri).inspect('targetReward');
    assert.equal(found?.workspaceFolderValue, 'length');
    assert.equal(found.globalValue, undefined);
    await settings.update('targetReward', undefined, folder);
  });

  it('names the rewards that are always there in the language of the editor', function () {
    const { enum: members = [] } = fixture.api.ctx.settings.schema('targetReward');
    const titles = Object.keys(rewardTitles());
    assert.deepEqual(titles.sort(), members.filter((id) => id !== 'own').sort());
  });

  it('lets another idle time count at once', async function () {
    const { engine } = fixture.api.ctx;
    await vscode.commands.executeCommand('tqstar.restartEngine');
    await setSettings({ idleUnloadMinutes: 0.001 });
    await until(() => engine.state.phase === 'stopped');
  });

  it('tells an own reward that was never named', async function () {
    await setSettings({ targetReward: 'own' });
    const told = nextMessage(fixture, /ownReward is empty/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: 'Write a word.' });
    await told;
  });

  it('sets α and k', async function () {
    await vscode.commands.executeCommand('tqstar.tune', { alpha: 2, k: 3 });
    const { alpha, k } = generationOptions(fixture.api.ctx.settings, undefined);
    assert.deepEqual([alpha, k], [2, 3]);
  });
});
