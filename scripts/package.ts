import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { stagePackage } from './package-folder.ts';
import { writeSizes } from './package-sizes.ts';
import { isTarget, targets } from './stand-alone.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const { values } = parseArgs({ options: { target: { type: 'string', multiple: true } } });
const wanted = values.target ?? ['linux-x64'];

for (const target of wanted) {
  if (isTarget(target)) continue;
  console.error(`--target is "${target}"; it must be one of ${targets.join(', ')}.`);
  process.exit(64);
}
mkdirSync('dist', { recursive: true });
for (const target of wanted.filter(isTarget)) {
  const folder = join(root, 'dist/package', target);
  const packagePath = join('dist', `transfer-q-star-${target}.vsix`);
  const installed = await stagePackage(target, folder);
  await createVSIX({
    cwd: folder,
    packagePath: join(root, packagePath),
    target,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  rmSync(folder, { recursive: true });
  const size = statSync(packagePath).size;
  writeSizes(target, { vsix: size, installed });
  console.log(`${packagePath}: ${megabytes(size)}, ${megabytes(installed)} installed`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
