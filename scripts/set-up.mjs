import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? '.', '..');
const outputs = ['dist/cli.js', 'dist/engine.js'];
const sources = [
  'src',
  'esbuild.config.mjs',
  'scripts/bundles.mjs',
  'package.json',
  'package-lock.json',
];

/**
 * Prepares a checkout: checks Node.js, installs packages and builds, as far as needed. If it fails,
 * it prints one sentence and ends the process.
 */
export function setUp() {
  checkNode();
  process.chdir(root);
  if (!packagesMatchLockfile()) install();
  if (isBuildOld()) build();
}

/**
 * Runs a program of this checkout in this process's terminal and returns its exit code. The program
 * also receives interrupts, so this process ignores them.
 */
export function run(args, env = process.env) {
  process.on('SIGINT', () => undefined);
  const { status, signal } = spawnSync(process.execPath, args, {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `Node.js is ${process.versions.node}; it must be 20.19 or newer, from nodejs.org or your system's packages.`,
  );
}

/** npm writes a copy of the lockfile after it has installed everything. */
function packagesMatchLockfile() {
  const installed = join('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = packagesOf('package-lock.json');
  const found = packagesOf(installed);
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const there = found[path];
    return there ? there.version === version : Boolean(optional || devOptional);
  });
}

function packagesOf(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

function install() {
  console.log('Installing packages (once; a minute or less) ...');
  const npm = process.env.npm_execpath;
  const options = { stdio: ['ignore', 'ignore', 'inherit'] };
  const args = ['ci', '--loglevel=error'];
  const { status, error } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status === 0) return;
  const how = error ? error.message : `exit code ${status}`;
  fail(
    `The packages cannot be installed (npm ci: ${how}); is the npm registry reachable from here?`,
  );
}

function isBuildOld() {
  if (!outputs.every((path) => existsSync(path))) return true;
  const built = Math.min(...outputs.map((path) => statSync(path).mtimeMs));
  return sources.some((path) => newest(path) > built);
}

/** The last change of a file, or of anything in a folder. */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const inside = readdirSync(path).map((name) => newest(join(path, name)));
  return Math.max(stats.mtimeMs, ...inside);
}

function build() {
  console.log('Building ...');
  const { status } = spawnSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' });
  if (status !== 0) fail('The build failed; see the errors above.');
}

function fail(sentence) {
  console.error(`tqstar: ${sentence}`);
  process.exit(1);
}
