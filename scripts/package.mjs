import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

/** Where onnxruntime-node keeps the binaries of a VS Code target. */
const binaries = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'win32-x64': 'win32/x64',
  'darwin-arm64': 'darwin/arm64',
};

const root = join(import.meta.dirname, '..');
process.chdir(root);
const { values } = parseArgs({ options: { target: { type: 'string', multiple: true } } });
const targets = values.target ?? ['linux-x64'];
const unknown = targets.find((target) => !(target in binaries));
if (unknown !== undefined) {
  console.error(`--target is "${unknown}"; it must be one of ${Object.keys(binaries).join(', ')}.`);
  process.exit(64);
}

const withoutSharp = {
  name: 'without-sharp',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^sharp$/ }, () => ({ path: 'sharp', namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default {};' }));
  },
};

/** The runtime travels in dist, where only the packages of this VSIX are found. */
const modules = join('dist', 'node_modules');

await import('../esbuild.config.mjs');
await bundleEngine();
try {
  for (const target of targets) {
    placeRuntime(binaries[target]);
    packageFor(target);
  }
} finally {
  // What is left here would be found before the checkout's own packages.
  rmSync(modules, { recursive: true, force: true });
  spawnSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' });
}

/** The engine with transformers.js inside; image work, the one use of sharp, is left out. */
async function bundleEngine() {
  await build({
    entryPoints: ['src/engine/main.ts'],
    outfile: 'dist/engine.js',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    external: ['onnxruntime-node'],
    banner: {
      js: "import { createRequire as createNodeRequire } from 'node:module'; const require = createNodeRequire(import.meta.url);",
    },
    plugins: [withoutSharp],
  });
}

function placeRuntime(folder) {
  rmSync(modules, { recursive: true, force: true });
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const from = join('node_modules', name);
    const to = join(modules, name);
    mkdirSync(to, { recursive: true });
    for (const part of ['package.json', 'dist']) {
      cpSync(join(from, part), join(to, part), {
        recursive: true,
        force: true,
        errorOnExist: false,
        filter: (path) => !/\.(?:map|d\.ts)$|\/esm(?:\/|$)/.test(path),
      });
    }
  }
  const within = join('bin', 'napi-v6', folder);
  cpSync(
    join('node_modules', 'onnxruntime-node', within),
    join(modules, 'onnxruntime-node', within),
    {
      recursive: true,
      // The macOS library is there twice; the binding asks for the one with the short name.
      filter: (path) => !/\d+\.\d+\.\d+\.dylib$/.test(path),
    },
  );
}

function packageFor(target) {
  const file = join('dist', `transfer-q-star-${target}.vsix`);
  const vsce = join('node_modules', '@vscode', 'vsce', 'vsce');
  const options = [
    ...['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'],
    ...['--target', target, '-o', file],
  ];
  const { status } = spawnSync(process.execPath, [vsce, 'package', ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  const unpacked = sizeOf(modules) + sizeOf('models');
  console.log(`${file}: ${megabytes(statSync(file).size)}, about ${megabytes(unpacked)} installed`);
}

function sizeOf(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
