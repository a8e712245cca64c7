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

/** A window of VS Code in a headless browser, driven like a person does. */
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
      // Chromium's sandbox does not work for root.
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

  /** The active editor. */
  get editor(): Locator {
    return this.page.locator('.editor-instance .view-lines').first();
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input').first();
  }

  statusItem(text: string): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** Opens a file in the workspace's top folder, with a double click to keep its tab open. */
  async openFile(name: string): Promise<void> {
    await this.page
      .locator(`.explorer-folders-view .monaco-list-row[aria-label*="${name}"]`)
      .dblclick();
    await this.page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
  }

  /**
   * Chooses an item in the explorer's menu of a top-level folder. Opens the menu again while the
   * item is missing, because the extension may still be searching for evaluations.
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
      // The menu ignores a click right after it opens, but not a key on the focused item.
      await item.hover();
      await item.and(this.page.locator('.focused')).waitFor();
      await this.page.keyboard.press('Enter');
      return;
    }
    throw new Error(`The menu of ${folder} has no item ${title}.`);
  }

  /** Runs a command from the palette by its title. */
  async run(title: string): Promise<void> {
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.#choose('F1', `>${title}`, this.#row(title));
  }

  /**
   * Opens the quick input with a key, types and clicks a row. Tries again on a timeout: the
   * workbench loses keys while it moves the focus, and does not refresh a list for a new file.
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

  /** Types into the open quick input and presses Enter. */
  async answer(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Moves the cursor of the active editor to the start of a line. */
  async goToLine(line: number): Promise<void> {
    const box = this.page.locator('.quick-input-widget');
    await box.waitFor({ state: 'hidden' });
    await this.page.keyboard.press('Control+G');
    await this.quickInput.fill(`:${line}`);
    // The box ignores Enter until it has parsed the number.
    await box
      .locator('.monaco-list-row', { hasText: new RegExp(`line ${line}\\b`, 'iu') })
      .waitFor();
    await this.page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Opens a file anywhere in the workspace by its name. */
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

  /** The frame of the webview that contains an element, in this or another page. */
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
    throw new Error(`No webview contains ${selector}.`);
  }

  /**
   * Reloads the window. A reload restores the stored state, which the window writes every few
   * seconds while idle. So this first waits until that state has a webview of `viewType`.
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
    throw new Error(`The window has not stored a webview of type ${viewType}.`);
  }

  /** Leaves the page before closing the browser, so that extensions can clean up. */
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

/** The window's URI for a local path. */
export function remoteUri(path: string): string {
  return `vscode-remote://remote${path}`;
}

/**
 * The editors in the workspace databases. Runs in the page, so it cannot use anything else in this
 * file.
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
