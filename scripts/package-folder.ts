import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { bundles } from './bundles.mjs';
import { thirdPartyNotices } from './third-party-notices.ts';

const root = join(import.meta.dirname, '..');

/** Where onnxruntime-node keeps the binaries of a VS Code target. */
const binaries = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'win32-x64': 'win32/x64',
  'darwin-arm64': 'darwin/arm64',
};

export type Target = keyof typeof binaries;

export const targets = Object.keys(binaries) as readonly Target[];

export function isTarget(name: string): name is Target {
  return name in binaries;
}

/** Not in the bundles: the runtime is native. */
const runtimePackages = ['onnxruntime-node', 'onnxruntime-common'];

/** Parts of package.json for those who work on the checkout. */
const forDevelopment = ['bin', 'scripts', 'dependencies', 'devDependencies', 'private'];

/** Image work, the one use of sharp in transformers.js, is left out. */
const withoutSharp: Plugin = {
  name: 'without-sharp',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^sharp$/ }, () => ({ path: 'sharp', namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default {};' }));
  },
};

/**
 * Lays out in a folder what the VSIX of a target is made from.
 * @returns its size in bytes
 */
export async function stagePackage(target: Target, folder: string): Promise<number> {
  rmSync(folder, { recursive: true, force: true });
  await copyListed(folder);
  trimManifest(join(folder, 'package.json'));
  const metafiles = await buildBundles(folder);
  placeRuntime(target, folder);
  writeFileSync(
    join(folder, 'THIRD_PARTY_NOTICES.md'),
    thirdPartyNotices(root, metafiles, runtimePackages),
  );
  return sizeOf(folder);
}

/** What .vscodeignore lets through, but for the bundles, which are built anew. */
async function copyListed(folder: string): Promise<void> {
  const listed = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const kept = listed.filter((path) => !path.startsWith('dist/'));
  for (const path of [...kept, '.vscodeignore']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
}

function trimManifest(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const kept = Object.entries(manifest).filter(([name]) => !forDevelopment.includes(name));
  writeFileSync(path, JSON.stringify(Object.fromEntries(kept), undefined, 2));
}

/** The bundles, small and without maps; the engine with transformers.js inside. */
async function buildBundles(folder: string): Promise<Metafile[]> {
  const inPackage: BuildOptions[] = [
    { ...bundles.engine, external: ['onnxruntime-node'], plugins: [withoutSharp] },
    { ...bundles.deviceProbe, external: ['onnxruntime-node'] },
    bundles.scriptReward,
    bundles.extension,
    bundles.webview,
  ];
  const results = await Promise.all(
    inPackage.map(({ outfile, ...options }) =>
      build({
        ...options,
        ...(outfile === undefined
          ? { outdir: join(folder, 'dist') }
          : { outfile: join(folder, outfile) }),
        absWorkingDir: root,
        minify: true,
        sourcemap: false,
        metafile: true,
      }),
    ),
  );
  return results.map(({ metafile }) => metafile!);
}

/** Puts the runtime of a target, and of no other, beside the engine. */
export function placeRuntime(target: Target, folder: string): void {
  const modules = join(folder, 'dist/node_modules');
  rmSync(modules, { recursive: true, force: true });
  const packages = join(root, 'node_modules');
  const kept = (path: string): boolean => {
    const name = relative(packages, path).split(sep).join('/');
    // The macOS library is there twice; the binding asks for the one with the short name.
    return !/\.map$|\.d\.ts$|\/esm(?:\/|$)|\d+\.\d+\.\d+\.dylib$/u.test(name);
  };
  for (const part of [
    ...runtimePackages.flatMap((name) => [`${name}/package.json`, `${name}/dist`]),
    `onnxruntime-node/bin/napi-v6/${binaries[target]}`,
  ]) {
    cpSync(join(packages, part), join(modules, part), { recursive: true, filter: kept });
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
