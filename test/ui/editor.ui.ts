import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openWindow, type OpenWindow } from './window.ts';

describe('Editor in the browser', function () {
  this.timeout(900_000);
  let window: OpenWindow;

  before(async function () {
    const vsix = process.env['TQSTAR_VSIX'];
    window = await openWindow({
      ...(vsix !== undefined && { vsix: [vsix] }),
    });
    await window.workbench.openFile('letter.md');
  });

  after(async function () {
    assert.deepEqual(await window.close(), []);
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await window.workbench.page.screenshot({ path: '.vscode-test/failures/editor.png' });
  });

  function lens(): Locator {
    return window.workbench.page.locator('.codelens-decoration', { hasText: 'Accept' });
  }

  async function goToEndOf(line: number): Promise<void> {
    await window.workbench.goToLine(line);
    await window.workbench.page.keyboard.press('End');
  }

  async function rewrite(): Promise<void> {
    const { workbench } = window;
    await goToEndOf(5);
    await workbench.run('Transfer Q⋆: Rewrite Selection');
    await workbench.pick('Friendlier');
    await lens().waitFor({ timeout: 600_000 });
  }

  async function text(): Promise<string> {
    return (await window.workbench.editor.innerText()).replaceAll('\u00a0', ' ');
  }

  it('rejects a rewrite with Escape and keeps the draft', async function () {
    await rewrite();
    assert.match(await text(), /I am writing/u);
    await window.workbench.page.keyboard.press('Escape');
    await lens().waitFor({ state: 'detached' });
    assert.match(await text(), /I am writing/u);
  });

  it('accepts a rewrite with Ctrl+Enter and undoes it in one step', async function () {
    const { page } = window.workbench;
    await rewrite();
    await page.keyboard.press('Control+Enter');
    await lens().waitFor({ state: 'detached' });
    assert.doesNotMatch(await text(), /I am writing to tell you that/u);
    await page.keyboard.press('Control+Z');
    assert.match(await text(), /I am writing to tell you that/u);
  });

  it('shows a whole continuation as ghost text, and accepts it with Tab', async function () {
    const { workbench } = window;
    const { page } = workbench;
    await goToEndOf(10);
    await workbench.run('Transfer Q⋆: Continue at Cursor');
    const ghost = page.locator('.ghost-text-decoration, .ghost-text');
    await ghost.first().waitFor({ timeout: 600_000 });
    await workbench.statusItem('ready').waitFor({ timeout: 600_000 });
    // The words on the screen do not change any more.
    let shown: string[] = [];
    for (let seen: string[] | undefined; seen?.join() !== shown.join() || shown.length === 0;) {
      seen = shown;
      await page.waitForTimeout(1000);
      shown = await ghost.allInnerTexts();
    }
    assert.ok(shown.join(' ').split(/\s+/u).length > 4, shown.join(' '));
    await page.keyboard.press('Tab');
    const after = (await text()).split('Regards')[1]!;
    for (const words of shown) assert.ok(after.includes(words.replaceAll('\u00a0', ' ').trim()));
    await page.keyboard.press('Control+Z');
  });

  it('chooses a reward from the status bar, which lists what each favours', async function () {
    const { workbench } = window;
    await workbench.statusItem('positive-tone').click();
    await workbench.page.getByText('favours few fillers').waitFor();
    await workbench.pick('Concision');
    await workbench.statusItem('concision').waitFor();
  });

  it('shows a problem with α while it is typed', async function () {
    const { workbench } = window;
    await workbench.run('Transfer Q⋆: Tune α and k');
    await workbench.quickInput.fill('-1');
    await workbench.page.getByText('α must be a number above 0 and at most 100.').waitFor();
    await workbench.page.keyboard.press('Escape');
  });
});
