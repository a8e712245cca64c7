import { spawnSync } from 'node:child_process';

/** Everything at once, then each target with the types of its own host alone. */
const projects = ['.', 'src/decoding', 'src/engine', 'src/cli', 'src/extension', 'src/webview'];

for (const project of projects) {
  const tsc = ['node_modules/typescript/bin/tsc', '--project', project];
  const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`The types of ${project} do not fit; the lines above say where.`);
    process.exit(1);
  }
}
