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

  it('report a number out of range with the allowed range, and keep the old one', async function () {
    await setSettings({ alpha: 0.5 });
    const shown = nextMessage(
      fixture,
      /tqstar\.alpha is -1, but must be a number above 0 and at most 100/u,
    );
    await setSettings({ alpha: -1 });
    assert.deepEqual((await shown).buttons, ['Open Settings']);
    assert.equal(fixture.api.ctx.settings.get('alpha'), 0.5);
  });

  it('report a value of the wrong type', async function () {
    const shown = nextMessage(fixture, /tqstar\.k is "many", but must be a whole number/u);
    await setSettings({ k: 'many' });
    await shown;
    assert.equal(fixture.api.ctx.settings.get('k'), 10);
  });

  it('report the allowed members of an enum', async function () {
    const shown = nextMessage(
      fixture,
      /tqstar\.targetReward is "funny", but must be one of positive-tone/u,
    );
    await setSettings({ targetReward: 'funny' });
    await shown;
    assert.match(fixture.api.statusBar.text, /clear-writing/u);
  });

  it('use the reward of a language', async function () {
    const editor = await openText('text', 'markdown');
    await vscode.workspace
      .getConfiguration('tqstar', { languageId: 'markdown' })
      .update('targetReward', 'formality', true, true);
    assert.match(fixture.api.statusBar.text, /formality/u);
    assert.equal(generationOptions(fixture.api.ctx.settings, editor.document).reward, 'formality');
    await openText('text', 'plaintext');
    assert.match(fixture.api.statusBar.text, /clear-writing/u);
    await vscode.workspace
      .getConfiguration('tqstar', { languageId: 'markdown' })
      .update('targetReward', undefined, true, true);
  });

  it('choose a reward of tqstar.rewards by its id, with its parts filled in', async function () {
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

  it('use and change the reward of a folder', async function () {
    const uri = await writeFile('for-folder.md', 'text');
    await vscode.window.showTextDocument(uri);
    const settings = vscode.workspace.getConfiguration('tqstar', uri);
    const folder = vscode.ConfigurationTarget.WorkspaceFolder;
    await settings.update('targetReward', 'concision', folder);
    await until(() => fixture.api.statusBar.text.includes('concision'));
    // Select Target Reward changes the folder's value, because the folder sets one.
    await vscode.commands.executeCommand('tqstar.selectTargetReward', { reward: 'length' });
    const found = vscode.workspace.getConfiguration('tqstar', uri).inspect('targetReward');
    assert.equal(found?.workspaceFolderValue, 'length');
    assert.equal(found.globalValue, undefined);
    await settings.update('targetReward', undefined, folder);
  });

  it('have a translated title for each built-in reward', function () {
    const { enum: members = [] } = fixture.api.ctx.settings.schema('targetReward');
    const titles = Object.keys(rewardTitles());
    assert.deepEqual(titles.sort(), members.filter((id) => id !== 'own').sort());
  });

  it('apply a changed idle time at once', async function () {
    const { engine } = fixture.api.ctx;
    await vscode.commands.executeCommand('tqstar.restartEngine');
    await setSettings({ idleUnloadMinutes: 0.001 });
    await until(() => engine.state.phase === 'stopped');
  });

  it('report that ownReward is empty when targetReward is own', async function () {
    await setSettings({ targetReward: 'own' });
    const shown = nextMessage(fixture, /ownReward is empty/u);
    await vscode.commands.executeCommand('tqstar.generate', { instruction: 'Write a word.' });
    await shown;
  });

  it('take α and k from Tune α and k', async function () {
    await vscode.commands.executeCommand('tqstar.tune', { alpha: 2, k: 3 });
    const { alpha, k } = generationOptions(fixture.api.ctx.settings, undefined);
    assert.deepEqual([alpha, k], [2, 3]);
  });
});
