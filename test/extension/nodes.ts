import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program for tqstar.nodePath: runs shell commands, then the host's Node with options. */
export function nodeThat(commands: string, options = ''): string {
  const path = join(mkdtempSync(join(tmpdir(), 'node-')), 'node');
  const script = `#!/bin/sh\n${commands}\nexec "${process.execPath}" ${options} "$@"\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

/** A Node that cannot create folders of compiled models, as if the disk were full. */
export function nodeWithFullDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'full-'));
  const preload = join(folder, 'full-disk.cjs');
  writeFileSync(
    preload,
    `const { promises } = require('node:fs');
const { mkdir } = promises;
promises.mkdir = async (path, options) => {
  if (!String(path).includes('.unfinished-')) return mkdir(path, options);
  const error = new Error('ENOSPC: no space left on device, mkdir');
  throw Object.assign(error, { code: 'ENOSPC', syscall: 'mkdir' });
};
require('node:module').syncBuiltinESMExports();
`,
  );
  return nodeThat('', `--require "${preload}"`);
}
