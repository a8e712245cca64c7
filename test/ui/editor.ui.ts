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

  /** Rewrites the first paragraph by the keyboard alone. */
  async function rewrite(): Promise<void> {
    const { page, quickInput } = window.workbench;
    await goToEndOf(5);
    await page.keyboard.press('Control+Alt+R');
    await quickInput.waitFor();
    await page.keyboard.type('Shorter');
    await page.keyboard.press('Enter');
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

  it('writes again what a reply asks for, and leaves the reply its keys', async function () {
    const { page } = window.workbench;
    await rewrite();
    const offered = page.locator('.review-widget .comment-body');
    await page.locator('.review-widget .review-thread-reply-button').click();
    await page.keyboard.type('start with the supplier');
    await page.keyboard.press('Control+Enter');
    await page.locator('.review-widget', { hasText: 'of 2' }).waitFor({ timeout: 600_000 });
    await lens().waitFor({ timeout: 600_000 });
    assert.equal(await offered.count(), 1);
    assert.match(await text(), /I am writing to tell you that/u);
    const label = await page.locator('.review-widget .review-comment').getAttribute('aria-label');
    assert.doesNotMatch(label!, /\*\*|\$\(|tqstar/u);
    await goToEndOf(5);
    await page.keyboard.press('Escape');
    await lens().waitFor({ state: 'detached' });
  });

  it('takes an instruction that is typed at once into the prompt at the cursor', async function () {
    const { workbench } = window;
    const { page } = workbench;
    await workbench.goToLine(11);
    await workbench.run('Transfer Q⋆: Write Here…');
    await page.locator('.review-widget .native-edit-context:focus').waitFor();
    await page.keyboard.type('Thank Ann.');
    await page.keyboard.press('Control+Enter');
    const insert = page.locator('.review-widget').getByRole('button', { name: 'Insert' });
    await insert.waitFor({ timeout: 600_000 });
    const written = await page.locator('.review-widget .comment-body').innerText();
    const words = written.trim().split(/\s+/u).slice(0, 4).join(' ');
    await insert.click();
    await page.locator('.review-widget').waitFor({ state: 'detached' });
    const inserted = workbench.editor.getByText(words);
    await inserted.waitFor();
    await page.keyboard.press('Control+Z');
    await inserted.waitFor({ state: 'detached' });
  });

  it('has a way from a refused rewrite to the open one', async function () {
    const { workbench } = window;
    const { page } = workbench;
    await rewrite();
    await workbench.run('File: New Untitled Text File');
    await page.locator('.tab.active[data-resource-name^="Untitled-"]').waitFor();
    await page.keyboard.type('It is late because it is.');
    await workbench.run('Transfer Q⋆: Shorten');
    await workbench.run('Notifications: Show Notifications');
    const message = page.locator('.notifications-center', { hasText: 'open in letter.md' });
    await message.getByRole('button', { name: 'Show' }).click();
    await page.locator('.tab.active[data-resource-name="letter.md"]').waitFor();
    await page.keyboard.press('Escape');
    await lens().waitFor({ state: 'detached' });
  });

  it('offers everything that writes in the status bar and the menu', async function () {
    const { workbench } = window;
    const { page } = workbench;
    const titles = ['Shorter', 'Clearer', 'Friendlier', 'More formal', 'Own Instruction…'];
    await workbench.statusItem('Write').click();
    for (const title of titles) {
      await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).waitFor();
    }
    await page.keyboard.press('Escape');
    await page.locator('.view-line', { hasText: 'Dear Ms' }).click({ button: 'right' });
    await page.locator('.monaco-menu .action-item', { hasText: 'Write with Transfer' }).hover();
    for (const title of ['Shorten', 'Make Clearer', 'Write Here…', 'Continue at Cursor']) {
      await page.locator('.monaco-submenu .action-item', { hasText: title }).first().waitFor();
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
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
    await workbench.statusItem('clear-writing').click();
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
