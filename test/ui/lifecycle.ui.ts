import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { VSCodeServer } from '../harness/vscode-server.ts';
import { remoteUri, Workbench } from '../harness/workbench.ts';
import { openWindow, type OpenWindow } from './window.ts';

/** With many candidates and long rollouts, a rewrite is still being written when tests end it. */
const slow = {
  'tqstar.k': 40,
  'tqstar.rolloutLength': 128,
  'files.hotExit': 'onExitAndWindowClose',
  'files.autoSave': 'afterDelay',
  'files.autoSaveDelay': 100,
};

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
    const lens = workbench.page.locator('.codelens-decoration', {
      hasText: /Rewriting: paragraph/u,
    });
    await lens.waitFor({ timeout: 600_000 });
    return opened;
  }

  it('leave no engine and not a trace of the rewrite when reloaded during it', async function () {
    const { workbench, server } = await rewriting();
    const path = join(server.workspace, 'letter.md');
    const draft = await readFile(join(import.meta.dirname, '../extension/workspace/letter.md'));
    const [engine] = engines(server);
    assert.ok(engine !== undefined);
    await workbench.run('Developer: Reload Window');
    await gone(server, engine);
    await workbench.statusItem('not started').waitFor();
    await workbench.page.getByText('I am writing to tell you').first().waitFor();
    assert.equal(await workbench.page.locator('.tab.dirty').count(), 0);
    assert.deepEqual(await readFile(path), draft);
  });

  it('keep the draft, with the edits of the person, when killed during a rewrite', async function () {
    const { workbench, server } = await rewriting();
    await workbench.goToLine(10);
    await workbench.page.keyboard.type('My ');
    const path = join(server.workspace, 'letter.md');
    const draft = await readFile(join(import.meta.dirname, '../extension/workspace/letter.md'));
    const edited = draft.toString().replace('Regards', 'My Regards');
    while ((await readFile(path, 'utf8')) !== edited) await delay(50);
    for (const pid of engines(server)) process.kill(pid, 'SIGKILL');
    await workbench.page.reload();
    await workbench.page.getByText('My Regards').first().waitFor();
    assert.equal(await readFile(path, 'utf8'), edited);
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

  it('show the link in a hostile name as text', async () => {
    const name = '[x](command:workbench.action.files.newUntitledFile)';
    // The status bar names the baseline policy, by which a window is known to be ready.
    const baseline = { 'tqstar.baselinePolicy': 'smollm2-135m-instruct' };
    window = await openWindow({ settings: { ...baseline, 'tqstar.referencePolicy': name } });
    const { workbench } = window;
    await workbench.run('Transfer Q⋆: Generate…');
    await workbench.answer('Write a word.');
    const panel = await workbench.webview('#panel .stream');
    const shown = panel.getByText('There is no model').first();
    await shown.waitFor();
    assert.equal((await shown.innerText()).replaceAll('\u2060', '').includes(name), true);
    assert.equal(await panel.locator('a').count(), 0);
  });

  it('open no reward file of an untrusted workspace, even if user settings name it', async function () {
    const workspace = join(import.meta.dirname, 'untrusted-workspace');
    const settings = {
      'tqstar.targetReward': 'own',
      'tqstar.ownReward': './rewards/someone-elses.json',
    };
    window = await openWindow({ workspace, trusted: false, settings });
    const { workbench } = window;
    await workbench.run('Transfer Q⋆: Generate…');
    await workbench.answer('Write a word.');
    await workbench.run('Notifications: Show Notifications');
    await workbench.page
      .getByText(/someone-elses\.json, a file of a workspace that is not trusted/u)
      .first()
      .waitFor();
  });
});
