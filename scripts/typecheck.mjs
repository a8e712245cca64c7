import { spawnSync } from 'node:child_process';

/** The whole project, then each target with only the types of its own host. */
const projects = ['.', 'src/decoding', 'src/engine', 'src/cli', 'src/extension', 'src/webview'];

for (const project of projects) {
  const tsc = ['node_modules/typescript/bin/tsc', '--project', project];
  const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`The type check of ${project} failed; see the errors above.`);
    process.exit(1);
  }
}
