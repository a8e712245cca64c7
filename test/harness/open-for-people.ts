import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fillSampleFolder } from './sample-folder.ts';
import { VSCodeServer } from './vscode-server.ts';
import { remoteUri } from './workbench.ts';

const root = join(import.meta.dirname, '../..');
const sample = join(root, '.vscode-test/sample');

/** Opens the installed VS Code; returns false when there is none. */
export async function openLocally(): Promise<boolean> {
  const shell = process.platform === 'win32';
  const found = spawnSync('code', ['--version'], { stdio: 'ignore', shell });
  if (found.status !== 0) return false;
  await fillSampleFolder(sample);
  spawnSync('code', [`--extensionDevelopmentPath=${root}`, sample], { stdio: 'inherit', shell });
  return true;
}

/** Serves VS Code in the browser on 127.0.0.1; returns a function that stops the server. */
export async function openInServer(): Promise<() => Promise<unknown>> {
  await fillSampleFolder(sample);
  const server = await VSCodeServer.start({
    workspace: sample,
    settings: { 'workbench.startupEditor': 'welcomePage' },
  });
  const address = server.url([['extensionDevelopmentPath', remoteUri(root)]]);
  console.log(`VS Code runs at\n\n  ${address}\n\nPress Ctrl+C to stop it.`);
  return () => server.stop();
}
