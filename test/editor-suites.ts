import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findChromium, howToGetChromium } from './harness/chromium.ts';
import { installVSCode, isForThisMachine } from './harness/install-vscode.ts';

/** The suites that need a real VS Code, where this machine can have one; else says why not. */
const reason = reasonToLeaveOut();
if (reason !== undefined) {
  console.log(`\nThe tests in a real VS Code are left out: ${reason}.`);
} else {
  await installVSCode();
  console.log('\nTests in the extension host of a real VS Code (two to five minutes)');
  const inHost = run('test/extension/run.ts');
  console.log('\nTests in its window (four to eight minutes)');
  const inWindow = run('node_modules/mocha/bin/mocha.js', 'test/ui/*.ui.ts');
  process.exitCode = inHost === 0 ? inWindow : inHost;
}

function reasonToLeaveOut(): string | undefined {
  if (!isForThisMachine()) {
    return 'the build they install is for linux-x64; run npm run test:electron';
  }
  return findChromium() === undefined
    ? `no Chromium, Chrome or Edge was found; ${howToGetChromium}`
    : undefined;
}

function run(...program: readonly string[]): number {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', ...program], {
    cwd: join(import.meta.dirname, '..'),
    stdio: 'inherit',
  });
  return status ?? 1;
}
