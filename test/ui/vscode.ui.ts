import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Workbench } from '../harness/workbench.ts';

const root = join(import.meta.dirname, '../..');

describe('npm run vscode', function () {
  this.timeout(900_000);

  it('prints the address of a VS Code with the extension and the sample folder', async function () {
    // With an empty PATH, the script finds no local VS Code and starts the server.
    const env = { ...process.env, PATH: '' };
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/ui/vscode.ts'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let address: string | undefined;
    for await (const line of createInterface(child.stdout)) {
      address = /http:\/\/127\.0\.0\.1:\d+\/\S+/u.exec(line)?.[0];
      if (address !== undefined) break;
    }
    const workbench = await Workbench.open({ environment: process.env });
    try {
      await workbench.page.goto(address!);
      await workbench.statusItem('smollm2').waitFor();
      await workbench.page
        .locator('.explorer-folders-view .monaco-list-row[aria-label*="letter.md"]')
        .waitFor();
    } finally {
      await workbench.close();
      child.kill('SIGINT');
    }
    assert.deepEqual(await ended, [0, null]);
  });
});
