import { setTimeout as delay } from 'node:timers/promises';
import {
  chromium,
  errors,
  type Browser,
  type Frame,
  type Locator,
  type Page,
} from 'playwright-core';
import { findChromium, howToGetChromium } from './chromium.ts';
import type { VSCodeServer } from './vscode-server.ts';

export interface WindowOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly scale?: number;
}

/** A window of VS Code in a headless browser, as a person uses it. */
export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
  ) {}

  static async open(
    { environment }: Pick<VSCodeServer, 'environment'>,
    options: WindowOptions = {},
  ): Promise<Workbench> {
    const { viewport = { width: 1280, height: 800 }, scale = 1 } = options;
    const executablePath = findChromium();
    if (executablePath === undefined) {
      throw new Error(`No Chromium, Chrome or Edge was found; ${howToGetChromium}.`);
    }
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      // Root cannot have Chromium's sandbox.
      chromiumSandbox: process.getuid?.() !== 0,
      handleSIGINT: false,
      env: environment as Record<string, string>,
      args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: scale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    return new Workbench(page, browser);
  }

  /** The editor in front. */
  get editor(): Locator {
    return this.page.locator('.editor-instance .view-lines').first();
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input').first();
  }

  statusItem(text: string): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** Opens a file of the workspace's top level; a double click keeps its tab. */
  async openFile(name: string): Promise<void> {
    await this.page
      .locator(`.explorer-folders-view .monaco-list-row[aria-label*="${name}"]`)
      .dblclick();
    await this.page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
  }

  /**
   * Chooses an item of the menu of a folder of the workspace's top level. The menu is opened again
   * where the item is not in it yet, as an extension may have to look at the folder first.
   */
  async chooseInExplorer(folder: string, title: string): Promise<void> {
    const row = this.page.locator(
      `.explorer-folders-view .monaco-list-row[aria-label^="${folder}"]`,
    );
    const item = this.page.locator('.monaco-menu .action-item', { hasText: title });
    for (let attempt = 0; attempt < 30; attempt++) {
      await row.click({ button: 'right' });
      const there = await item.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      if (!there) {
        await this.page.keyboard.press('Escape');
        continue;
      }
      // A click that comes as soon as the menu is not taken; a key on what has the focus is.
      await item.hover();
      await item.and(this.page.locator('.focused')).waitFor();
      await this.page.keyboard.press('Enter');
      return;
    }
    throw new Error(`The menu of ${folder} does not have ${title}.`);
  }

  /** Runs a command by its title in the palette. */
  async run(title: string): Promise<void> {
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.#choose('F1', `>${title}`, this.#row(title));
  }

  /**
   * Opens the quick input by a key, types, and takes a row. Tried again where nothing came of it: a
   * key or a box that comes while the workbench moves its focus is lost, and a list that was made
   * before a file was known is not made anew.
   */
  async #choose(key: string, text: string, row: Locator): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await this.quickInput.fill(text, { timeout: 5000 });
        await row.click({ timeout: 10_000 });
        return;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError) || attempt === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async pick(label: string): Promise<void> {
    await this.#row(label).click();
  }

  /** Types into the quick input that is open, and accepts. */
  async answer(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Puts the cursor at the start of a line of the editor that has the focus. */
  async goToLine(line: number): Promise<void> {
    const box = this.page.locator('.quick-input-widget');
    await box.waitFor({ state: 'hidden' });
    await this.page.keyboard.press('Control+G');
    await this.quickInput.fill(`:${line}`);
    // Enter counts once the box has understood the number.
    await box
      .locator('.monaco-list-row', { hasText: new RegExp(`line ${line}\\b`, 'iu') })
      .waitFor();
    await this.page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Opens a file by its name, wherever in the workspace it is. */
  async openQuickly(name: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: name });
    await this.#choose('Control+P', name, row.first());
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  async setTheme(label: string): Promise<void> {
    await this.run('Preferences: Color Theme');
    await this.page.getByPlaceholder(/color theme/iu).fill(label);
    await this.pick(label);
  }

  /** The document of the webview that has an element, in this window or in another one of it. */
  async webview(selector: string, page = this.page): Promise<Frame> {
    for (let i = 0; i < 2400; i++) {
      for (const frame of page.frames()) {
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found > 0 && frame !== page.mainFrame()) return frame;
      }
      await delay(50);
    }
    throw new Error(`No webview shows ${selector}.`);
  }

  /**
   * Reloads the window. What a reload brings back is what the window has stored, which it does
   * every few seconds while it is idle: it is waited for that the editors stored have a webview of
   * `viewType`.
   */
  async reload(viewType: string): Promise<void> {
    for (let i = 0; i < 600; i++) {
      const editors = await this.page.evaluate(storedEditors);
      if (editors.includes(viewType)) {
        await this.page.reload();
        return;
      }
      await delay(100);
    }
    throw new Error(`The window does not store that it has a webview of ${viewType}.`);
  }

  /** Leaves the window first, so that extensions can clean up. */
  async close(): Promise<void> {
    await this.page.goto('about:blank').catch(() => undefined);
    await delay(400);
    await this.browser.close();
  }

  #row(label: string): Locator {
    return this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.getByText(label, { exact: true }) })
      .first();
  }
}

/** A path of this machine as the window names it. */
export function remoteUri(path: string): string {
  return `vscode-remote://remote${path}`;
}

/**
 * Runs in the page, where nothing of this file is: the editors as its workspaces' databases have
 * them.
 */
async function storedEditors(): Promise<string> {
  let found = '';
  for (const { name = '' } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    found += await new Promise<string>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => {
        reject(opening.error!);
      };
      opening.onsuccess = () => {
        const items = opening.result.transaction('ItemTable').objectStore('ItemTable');
        const reading = items.get('memento/workbench.parts.editor');
        reading.transaction!.oncomplete = () => {
          opening.result.close();
          resolve(String(reading.result));
        };
      };
    });
  }
  return found;
}
