import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { VSCodeServer } from '../harness/vscode-server.ts';
import { remoteUri, Workbench } from '../harness/workbench.ts';
import { openWindow, type OpenWindow } from './window.ts';

const slow = { 'tqstar.maxTokens': 400, 'files.hotExit': 'onExitAndWindowClose' };

function engines(server: VSCodeServer): number[] {
  const found = server.processes().filter(({ command }) => /dist\/engine\.js/u.test(command));
  return found.map(({ pid }) => pid);
}

async function gone(server: VSCodeServer, pid: number): Promise<void> {
  while (engines(server).includes(pid)) await delay(50);
}

describe('Windows', function () {
  this.timeout(900_000);
  let window: OpenWindow | undefined;

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await window?.workbench.page.screenshot({ path: '.vscode-test/failures/lifecycle.png' });
    }
    assert.deepEqual(await window?.close(), []);
    window = undefined;
  });

  async function rewriting(): Promise<OpenWindow> {
    const opened = await openWindow({ settings: slow });
    window = opened;
    const { workbench } = opened;
    await workbench.openFile('letter.md');
    await workbench.goToLine(5);
    await workbench.run('Transfer Q⋆: Rewrite Selection');
    await workbench.pick('Friendlier');
    const dirty = workbench.page.locator('.tab.dirty');
    await dirty.waitFor({ timeout: 600_000 });
    return opened;
  }

  it('leave no engine and no unfinished rewrite when reloaded during a rewrite', async function () {
    const { workbench, server } = await rewriting();
    const [engine] = engines(server);
    assert.ok(engine !== undefined);
    // The next window removes the text that the journal recorded last.
    await workbench.run('Developer: Reload Window');
    await gone(server, engine);
    await workbench.statusItem('not started').waitFor();
    await workbench.page.getByText('I am writing to tell you').first().waitFor();
    const lines = workbench.editor.locator('.view-line');
    for (let i = 0; i < 100 && (await lines.count()) !== 11; i++) await delay(100);
    const text = (await workbench.editor.innerText()).replaceAll('\u00a0', ' ');
    assert.match(text, /supplier\.\n+- first we check/u);
  });

  it('leave no engine when closed during a rewrite', async function () {
    const { workbench, server } = await rewriting();
    const [engine] = engines(server);
    await workbench.page.goto('about:blank');
    await gone(server, engine!);
  });

  it('ask before a second window starts a second engine', async function () {
    const opened = await openWindow({ settings: { 'tqstar.maxTokens': 8 } });
    window = opened;
    const { workbench, server } = opened;
    await workbench.run('Transfer Q⋆: Run Diagnosis');
    await workbench.page.locator('.tab[data-resource-name="diagnosis.md"]').waitFor();
    const second = await Workbench.open(server);
    const root = join(import.meta.dirname, '../..');
    await second.page.goto(server.url([['extensionDevelopmentPath', remoteUri(root)]]));
    await second.statusItem('smollm2').waitFor();
    await second.run('Transfer Q⋆: Generate…');
    await second.answer('Write a word.');
    const dialog = second.page.locator('.monaco-dialog-box', { hasText: 'Another window' });
    await dialog.waitFor();
    assert.equal(engines(server).length, 1);
    await dialog.getByRole('button', { name: 'Start' }).click();
    const panel = await second.webview('#panel .stream');
    await panel.locator('.status', { hasText: /^Done/u }).waitFor({ timeout: 600_000 });
    assert.equal(engines(server).length, 2);
    await second.close();
  });

  it('do not use rewards that an untrusted workspace names', async function () {
    const workspace = join(import.meta.dirname, 'untrusted-workspace');
    window = await openWindow({ workspace, trusted: false });
    const status = window.workbench.statusItem('someone-elses');
    assert.equal(await status.count(), 0);
  });

  it('do not run scripts of an untrusted workspace, even if user settings name them', async function () {
    const workspace = join(import.meta.dirname, 'untrusted-workspace');
    const script = { id: 'mine', type: 'script', path: 'rewards/mine.mjs' };
    const settings = {
      'tqstar.targetReward': 'own',
      'tqstar.ownReward': 'mine',
      'tqstar.rewards': [script],
    };
    window = await openWindow({ workspace, trusted: false, settings });
    const { workbench, server } = window;
    await workbench.run('Transfer Q⋆: Generate…');
    await workbench.answer('Write a word.');
    const refusal = 'The reward mine runs a script, and scripts run only in trusted workspaces.';
    await workbench.run('Notifications: Show Notifications');
    await workbench.page.getByText(refusal).first().waitFor();
    assert.deepEqual(engines(server), []);
    assert.ok(!existsSync(join(server.workspace, 'rewards/ran')));
  });
});
