import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openWindow, type OpenWindow } from './window.ts';

/** Takes the screenshots for the README, the gallery and the walkthrough from a real window. */
const folder = join(import.meta.dirname, '../../media/screenshots');
const walkthrough = join(import.meta.dirname, '../../media/walkthrough');
const evaluationReport = join(import.meta.dirname, '../fixtures/evaluation-report');
const failures = join(import.meta.dirname, '../../.vscode-test/failures');
const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Dark High Contrast',
};
/** Classes of the workbench element in each theme. */
const marks = { dark: 'vs-dark', light: 'vs', 'high-contrast': 'hc-black' };
const wide = { width: 1280, height: 800 };
const narrow = { width: 640, height: 800 };

/** Names of the scenes to take; none means all. */
const only = process.argv.slice(2);

if (only.length === 0) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await mkdir(walkthrough, { recursive: true });
const window = await openWindow({
  viewport: wide,
  settings: {
    'tqstar.maxTokens': 56,
    // In the panel, the reward should change a token that one can select.
    'tqstar.alpha': 0.1,
    '[markdown]': { 'tqstar.alpha': 0.25 },
    'tqstar.continueTokens': 14,
    'workbench.activityBar.location': 'hidden',
    'workbench.reduceMotion': 'on',
    'editor.wordWrap': 'on',
  },
});
const { page } = window.workbench;
try {
  await window.workbench.run('View: Close Primary Side Bar');
  for (const scene of [panel, editor, pages, evaluation]) {
    if (only.length === 0 || only.includes(scene.name)) await scene(window);
  }
} catch (error) {
  await mkdir(failures, { recursive: true });
  await window.workbench.run('Notifications: Show Notifications');
  await page.screenshot({ path: join(failures, 'screenshots.png') });
  throw error;
} finally {
  await window.close();
}

async function shot(name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name);
}

/** A screenshot for a step of the walkthrough: the middle of the window. */
async function step(name: string): Promise<void> {
  const clip = { x: 0, y: 36, width: 960, height: 640 };
  await page.screenshot({ path: join(walkthrough, `${name}.png`), clip });
}

async function setTheme(theme: keyof typeof themes): Promise<void> {
  await window.workbench.setTheme(themes[theme]);
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await page.locator(`.monaco-workbench.${marks[theme]}`).waitFor();
}

/** Takes a scene in every theme, and once in a narrow window. */
async function everywhere(name: string): Promise<void> {
  for (const theme of ['dark', 'light', 'high-contrast'] as const) {
    await setTheme(theme);
    await shot(`${name}-${theme}`);
  }
  await setTheme('dark');
  await page.setViewportSize(narrow);
  await shot(`${name}-narrow`);
  await page.setViewportSize(wide);
}

async function panel({ workbench }: OpenWindow): Promise<void> {
  await workbench.run('Transfer Q⋆: Generate…');
  await workbench.answer('Write a short note to a colleague about a missed deadline.');
  const frame = await workbench.webview('#panel .stream');
  await frame.locator('.status', { hasText: /^Done/u }).waitFor({ timeout: 120_000 });
  await frame.locator('.token.changed').first().click();
  await everywhere('panel');
  await step('generate');
  await frame.getByRole('button', { name: 'Run several α' }).click();
  await frame.locator('.plot .point').nth(5).waitFor({ timeout: 300_000 });
  await frame.locator('.plot').scrollIntoViewIfNeeded();
  await frame.locator('.history').scrollIntoViewIfNeeded();
  await everywhere('plot');
  await step('tune');
  await workbench.run('View: Close All Editors');
}

async function editor({ workbench }: OpenWindow): Promise<void> {
  await workbench.openQuickly('letter.md');
  await workbench.goToLine(5);
  await workbench.run('Transfer Q⋆: Rewrite Selection');
  await page.locator('.quick-input-widget', { hasText: 'Shorter' }).waitFor();
  await shot('rewrite-pick');
  await workbench.pick('Shorter');
  await page.locator('.codelens-decoration', { hasText: 'Accept' }).waitFor({ timeout: 120_000 });
  await page.locator('.review-widget .comment-body').waitFor();
  await everywhere('rewrite');
  await step('rewrite');
  await workbench.run('Transfer Q⋆: Reject Rewrite');
  await workbench.goToLine(5);
  await page.keyboard.press('End');
  await workbench.run('Transfer Q⋆: Continue at Cursor');
  await page.locator('.ghost-text-decoration, .ghost-text').first().waitFor({ timeout: 60_000 });
  await workbench.statusItem('ready').waitFor({ timeout: 60_000 });
  await shot('ghost-text');
  await page.keyboard.press('Escape');
  await workbench.run('View: Revert and Close Editor');
}

async function pages({ workbench }: OpenWindow): Promise<void> {
  await setTheme('dark');
  await workbench.run('Transfer Q⋆: Select Target Reward');
  await page.getByText('favours few fillers').waitFor();
  await shot('rewards');
  await step('reward');
  await page.keyboard.press('Escape');
  await workbench.run('Transfer Q⋆: Tune α and k');
  await shot('tune');
  await page.keyboard.press('Escape');
  await workbench.run('Preferences: Open Settings (UI)');
  await page.locator('.settings-editor').waitFor();
  await page.keyboard.type('@ext:transfer-q-star.transfer-q-star');
  await page.locator('.settings-editor .setting-item').first().waitFor();
  await everywhere('settings');
  await workbench.run('View: Close All Editors');
  await workbench.run('Welcome: Open Walkthrough...');
  await workbench.pick('First Steps with Transfer Q⋆');
  await page.locator('.getting-started-step').first().waitFor();
  await everywhere('walkthrough');
}

async function evaluation({ workbench, server }: OpenWindow): Promise<void> {
  await cp(evaluationReport, join(server.workspace, 'runs/clear-writing'), { recursive: true });
  await workbench.run('Transfer Q⋆: Show Evaluation');
  await workbench.pick('Evaluation: Clear writing');
  const frame = await workbench.webview('#panel .report');
  await frame.locator('.drawing img').last().waitFor();
  await frame.locator('h2', { hasText: 'Divergence' }).evaluate((heading) => {
    heading.scrollIntoView();
  });
  await everywhere('evaluation');
  await workbench.run('View: Close All Editors');
}
