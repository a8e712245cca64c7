import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openWindow, type OpenWindow } from './window.ts';

describe('A workspace of two folders', function () {
  this.timeout(900_000);
  let window: OpenWindow;

  before(async function () {
    const workspace = join(import.meta.dirname, 'two-folders');
    window = await openWindow({ workspace, workspaceFile: 'both.code-workspace' });
  });

  after(async function () {
    assert.deepEqual(await window.close(), []);
  });

  it("uses the reward of each folder's settings", async function () {
    const { workbench } = window;
    for (const [file, reward] of [
      ['ada.md', 'warm-tone'],
      ['quarter.md', 'concision'],
      ['ada.md', 'warm-tone'],
    ] as const) {
      await workbench.openQuickly(file);
      await workbench.statusItem(reward).waitFor();
    }
  });
});
