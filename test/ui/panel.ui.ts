import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { findViolations } from './accessibility.ts';
import { openWindow, type OpenWindow } from './window.ts';

describe('Panel in the browser', function () {
  this.timeout(900_000);
  let window: OpenWindow;
  let panel: Frame;
  const outside = new Set<string>();

  before(async function () {
    window = await openWindow({
      settings: { 'tqstar.maxTokens': 32, 'tqstar.rolloutLength': 8, 'tqstar.alpha': 0.1 },
      ...packaged(),
    });
    window.workbench.page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      // A service worker answers requests to the made-up host of webview resources.
      const isLocal = hostname === '127.0.0.1' || hostname.endsWith('.vscode-cdn.net');
      if (protocol.startsWith('http') && !isLocal) outside.add(request.url());
    });
  });

  after(async function () {
    if (this.currentTest?.state === 'failed') await picture();
    assert.deepEqual(await window.close(), []);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await picture();
  });

  async function picture(name = 'panel'): Promise<void> {
    await window.workbench.page.screenshot({ path: `.vscode-test/failures/${name}.png` });
  }

  async function done(): Promise<void> {
    await panel.locator('.status', { hasText: /^Done/u }).waitFor({ timeout: 600_000 });
  }

  it('shows two growing texts after Generate from the palette', async function () {
    const { workbench } = window;
    await workbench.openFile('letter.md');
    await workbench.run('Transfer Q⋆: Generate…');
    await workbench.answer('Write a short note to a colleague about a missed deadline.');
    panel = await workbench.webview('#panel .stream');
    await panel.locator('.token').nth(3).waitFor();
    await done();
    assert.equal(await panel.locator('.token').count(), 32);
    assert.match(
      await panel.locator('.status').innerText(),
      /Clear writing 0\.\d\d, plain 0\.\d\d$/u,
    );
  });

  it('says first what a writer wants to know, and the rest behind Details', async function () {
    const aligned = panel.locator('.stream').first();
    const summary = await aligned.locator('.summary').innerText();
    assert.match(summary, /English\s+words: \d+\s+cut off at the maximum length\s+Clear writing/u);
    assert.equal(await panel.getByText('KL to the reference').first().isVisible(), false);
    await aligned.locator('summary').focus();
    await window.workbench.page.keyboard.press('Enter');
    await aligned.getByText('KL to the reference').waitFor();
    assert.match(await aligned.locator('.metrics').innerText(), /Positions\s+\d+/u);
  });

  it('shows the candidates of a token by keyboard alone', async function () {
    const first = panel.locator('.token').first();
    await first.focus();
    await window.workbench.page.keyboard.press('ArrowDown');
    await panel.locator('.inspector tbody tr').first().waitFor();
    assert.equal(await panel.locator('.inspector tbody tr').count(), 10);
    assert.equal(await panel.locator('.token.selected.changed').count(), 1);
    assert.match(await panel.locator('.inspector tr.chosen').innerText(), /chosen/u);
  });

  it('runs again with another α', async function () {
    await panel.locator('.controls summary').click();
    const slider = panel.getByRole('slider').first();
    await slider.focus();
    await window.workbench.page.keyboard.press('Home');
    await panel.locator('output', { hasText: /^0\.01$/u }).waitFor();
    await panel.getByRole('button', { name: 'Run again' }).click();
    await panel.locator('.status', { hasText: /^Writing/u }).waitFor();
    await done();
    assert.match(await panel.locator('.stream .metrics').first().innerText(), /α\s+0\.01/u);
    assert.equal(await panel.locator('.history li').count(), 2);
  });

  it('inserts the aligned text at the cursor', async function () {
    const { workbench } = window;
    const text = await panel.locator('.stream .text').first().innerText();
    await panel.getByRole('button', { name: 'Insert: Aligned' }).click();
    await workbench.editor.getByText(text.trim().split('\n')[0]!.slice(0, 12)).first().waitFor();
  });

  it('shows everything again after the window reloads', async function () {
    const { page } = window.workbench;
    await page.keyboard.press('Control+Z');
    await window.workbench.reload('tqstar.panel');
    panel = await window.workbench.webview('#panel .stream');
    await done();
    assert.equal(await panel.locator('.token').count(), 32);
    assert.equal(await panel.locator('.history li').count(), 2);
    assert.equal(await panel.getByText('KL to the reference').first().isVisible(), true);
  });

  it('opens the text of a point of the plot by keyboard alone', async function () {
    const { page } = window.workbench;
    await panel.getByRole('button', { name: 'Run several α' }).click();
    await panel.locator('.plot .point').nth(5).waitFor({ timeout: 600_000 });
    await panel.getByRole('button', { name: /^Open the text of α 0\.05: 0\.\d\d$/u }).focus();
    await page.keyboard.press('Enter');
    const tab = page.locator('.tab.active', { hasText: 'α = 0.05.txt' });
    await tab.waitFor();
    await window.workbench.run('View: Close Editor');
    await tab.waitFor({ state: 'detached' });
  });

  it('needs no scrolling sideways at 200%', async function () {
    const zoomed = async (factor: string): Promise<void> => {
      await panel.evaluate((zoom) => {
        document.documentElement.style.zoom = zoom;
      }, factor);
    };
    await panel.locator('.token.changed').first().click();
    await zoomed('2');
    const wide = await panel.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const outside = [...document.querySelectorAll('main *:not(.table *, .visually-hidden)')];
      return {
        scrolls: scrollWidth > clientWidth,
        outside: outside
          .filter(
            (each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1,
          )
          .map(({ outerHTML }) => outerHTML.slice(0, 100)),
      };
    });
    await picture('panel-200');
    await zoomed('1');
    assert.deepEqual(wide, { scrolls: false, outside: [] });
  });

  for (const [theme, name] of [
    ['Dark Modern', 'vscode-dark'],
    ['Light Modern', 'vscode-light'],
    ['Dark High Contrast', 'vscode-high-contrast'],
  ] as const) {
    it(`has no accessibility violation in ${theme}`, async function () {
      await window.workbench.setTheme(theme);
      await panel.locator(`body.${name}`).waitFor();
      await panel.locator('.token.changed').first().click();
      assert.deepEqual(await findViolations(panel), []);
    });
  }

  it('shows everything again after another tab was active', async function () {
    const { workbench } = window;
    const tab = (name: string) => workbench.page.locator('.tab', { hasText: name }).first();
    await tab('letter.md').click();
    await workbench.page.locator('.tab.active', { hasText: 'letter.md' }).waitFor();
    await tab('Aligned and Plain').click();
    panel = await workbench.webview('#panel .stream');
    await done();
    assert.equal(await panel.locator('.token').count(), 32);
  });

  it('moves with its texts into a separate window', async function () {
    const { workbench } = window;
    const opened = workbench.page.context().waitForEvent('page');
    await workbench.run('View: Move Editor into New Window');
    panel = await workbench.webview('#panel .stream', await opened);
    await done();
    assert.equal(await panel.locator('.token').count(), 32);
    await panel.locator('.token').nth(1).click();
    await panel.locator('.inspector tbody tr').first().waitFor();
  });

  it('loads nothing from the network', function () {
    assert.deepEqual([...outside], []);
  });
});

/** With TQSTAR_VSIX, the tests run against that package instead of the sources. */
function packaged(): { vsix?: string[] } {
  const vsix = process.env['TQSTAR_VSIX'];
  return vsix === undefined ? {} : { vsix: [vsix] };
}
