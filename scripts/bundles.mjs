/** CommonJS dependencies inside an ES module bundle call require. */
const banner = {
  js: "import { createRequire as createNodeRequire } from 'node:module'; const require = createNodeRequire(import.meta.url);",
};

const shared = { bundle: true, sourcemap: true, logLevel: 'warning' };

const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  // Native or large packages are not bundled; node_modules has them at run time.
  external: ['onnxruntime-node', '@huggingface/transformers', 'vscode'],
};

/**
 * The bundles by name, as options of esbuild.
 * @type {Record<'engine' | 'deviceProbe' | 'scriptReward' | 'watchdog' | 'cli' | 'bench' |
 *   'evaluation' | 'extension' | 'webview', import('esbuild').BuildOptions>}
 */
export const bundles = {
  engine: {
    ...node,
    entryPoints: ['src/engine/main.ts'],
    outfile: 'dist/engine.js',
    format: 'esm',
    banner,
  },
  deviceProbe: {
    ...node,
    entryPoints: ['src/engine/device/probe/main.ts'],
    outfile: 'dist/device-probe.js',
    format: 'esm',
    banner,
  },
  scriptReward: {
    ...node,
    entryPoints: ['src/engine/reward/script/main.ts'],
    outfile: 'dist/script-reward.js',
    format: 'esm',
    banner,
  },
  watchdog: {
    ...node,
    entryPoints: ['src/engine/limits/watchdog-thread.ts'],
    outfile: 'dist/watchdog.js',
    format: 'esm',
  },
  cli: {
    ...node,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    format: 'esm',
    banner,
  },
  bench: {
    ...node,
    entryPoints: ['src/bench/main.ts'],
    outfile: 'dist/bench.js',
    format: 'esm',
    banner,
    loader: { '.md': 'text' },
  },
  evaluation: {
    ...node,
    entryPoints: ['src/evaluation/main.ts'],
    outfile: 'dist/evaluation.js',
    format: 'esm',
    banner,
  },
  // VS Code loads extensions as CommonJS.
  extension: {
    ...node,
    entryPoints: ['src/extension/activate.ts'],
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    // The "main" of jsonc-parser is UMD, and bundlers cannot resolve its inner requires.
    mainFields: ['module', 'main'],
  },
  webview: {
    ...shared,
    entryPoints: { webview: 'src/webview/panel/main.ts', report: 'src/webview/report/main.ts' },
    outdir: 'dist',
    format: 'iife',
    platform: 'browser',
    target: 'chrome128',
  },
};
