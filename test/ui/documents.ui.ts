import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openWindow, type OpenWindow } from './window.ts';

const wordy =
  'At this point in time, we are of the opinion that it is absolutely necessary to make a change to the plan.';

/** Documents around a wordy paragraph: what is before and after it must stay byte for byte. */
const documents: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'plan.md': [
    '---\ntitle: In order to\n---\n\n',
    '\n\n| in | order |\n| :-- | --: |\n| `to` | 1 |\n\n```js\nplan();  // in order to\n```\n\n[x]: https://example.com "In order to"\n',
  ],
  'plan.tex': [
    '\\documentclass{article}\n\\begin{document}\n\\label{s:plan}\n\n',
    '\n\n\\begin{verbatim}\nin order to\n\\end{verbatim}\n% in order to\n\\end{document}\n',
  ],
  'plan.html': [
    '<!doctype html>\n<title></title>\n<script>let a = 1 < 2;</script>\n<p class="a  b">',
    '</p>\n<pre>in order  to</pre>\n<!-- in order to -->\n',
  ],
  'plan.py': [
    'import os\n\n\ndef plan(path):\n    """Plan.\n\n    ',
    '\n\n    :param path: file\n    """\n    return open(path)  # noqa: SIM115\n',
  ],
};

describe('Documents in the browser', function () {
  this.timeout(900_000);
  let window: OpenWindow;

  before(async function () {
    window = await openWindow({ settings: { 'tqstar.inlineSuggestions': true } });
    for (const [name, [before, after]] of Object.entries(documents)) {
      await writeFile(join(window.server.workspace, name), `${before}${wordy}${after}`);
    }
  });

  after(async function () {
    assert.deepEqual(await window.close(), []);
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await window.workbench.page.screenshot({ path: '.vscode-test/failures/documents.png' });
  });

  for (const [name, [before, after]] of Object.entries(documents)) {
    it(`keep everything but the prose of ${name} when a rewrite is accepted`, async function () {
      const { workbench, server } = window;
      const { page } = workbench;
      await workbench.openQuickly(name);
      await workbench.goToLine(1);
      await page.keyboard.press('Control+A');
      await page.keyboard.press('Control+Alt+R');
      await workbench.quickInput.waitFor();
      await page.keyboard.type('Shorter');
      await page.keyboard.press('Enter');
      const lens = page.locator('.codelens-decoration', { hasText: 'Accept' });
      await lens.waitFor({ timeout: 600_000 });
      await page.keyboard.press('Control+Enter');
      await lens.waitFor({ state: 'detached' });
      await page.keyboard.press('Control+S');
      await page.locator('.tab.active:not(.dirty)').waitFor();
      const text = await readFile(join(server.workspace, name), 'utf8');
      assert.equal(text.slice(0, before.length), before);
      assert.equal(text.slice(-after.length), after);
      assert.ok(text.length < before.length + wordy.length + after.length, text);
    });
  }

  it('continue by themselves while the person types, with the setting for it', async function () {
    const { workbench } = window;
    const { page } = workbench;
    await workbench.run('File: New Untitled Text File');
    await page.locator('.tab.active[data-resource-name^="Untitled-"]').waitFor();
    const ghost = page.locator('.ghost-text-decoration, .ghost-text').first();
    // VS Code does not request a suggestion at every pause, so the person types on.
    const words = ['The weather', ' in', ' spring', ' is'];
    const shown = () =>
      ghost.waitFor({ timeout: 30_000 }).then(
        () => true,
        () => false,
      );
    let typed = '';
    do {
      const word = words.shift()!;
      typed += word;
      await page.keyboard.type(word, { delay: 40 });
    } while (!(await shown()) && words.length > 0);
    await page.keyboard.press('Tab');
    await workbench.statusItem('ready').waitFor({ timeout: 600_000 });
    const text = (await workbench.editor.innerText()).replaceAll('\u00a0', ' ');
    assert.ok(text.startsWith(typed) && text.length > typed.length, text);
    assert.doesNotMatch(text, /\t| {4}/u);
  });
});
