import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

/** The checkout. */
export const root = join(import.meta.dirname, '..');

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

/** Not in the bundles, because the runtime is native. */
export const runtimePackages = ['onnxruntime-node', 'onnxruntime-common'];

/** Leaves out sharp, which transformers.js uses only for images. */
const withoutSharp: Plugin = {
  name: 'without-sharp',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^sharp$/ }, () => ({ path: 'sharp', namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export default {};' }));
  },
};

/** A bundle that contains everything except the runtime, which it finds in node_modules. */
export function standAlone(bundle: BuildOptions): BuildOptions {
  return { ...bundle, external: ['onnxruntime-node'], plugins: [withoutSharp] };
}

/**
 * Copies into a folder what .vscodeignore does not exclude, without the bundles.
 * @param wanted whether to copy a path, relative to the checkout
 */
export async function copyListed(folder: string, wanted: (path: string) => boolean): Promise<void> {
  const listed = await listFiles({ cwd: root, packageManager: PackageManager.None });
  for (const path of listed.filter((name) => !name.startsWith('dist/') && wanted(name))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
}

/** Builds bundles into the "dist" of a folder, minified and without source maps. */
export async function buildBundles(
  folder: string,
  bundles: readonly BuildOptions[],
): Promise<Metafile[]> {
  const results = await Promise.all(
    bundles.map(({ outfile, ...options }) =>
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

/** Copies the runtime of one target next to the bundles in a folder. */
export function placeRuntime(target: Target, folder: string): void {
  const modules = join(folder, 'dist/node_modules');
  rmSync(modules, { recursive: true, force: true });
  const packages = join(root, 'node_modules');
  const kept = (path: string): boolean => {
    const name = relative(packages, path).split(sep).join('/');
    // The macOS library exists twice; the binding loads the one with the short name.
    return !/\.map$|\.d\.ts$|\/esm(?:\/|$)|\d+\.\d+\.\d+\.dylib$/u.test(name);
  };
  for (const part of [
    ...runtimePackages.flatMap((name) => [`${name}/package.json`, `${name}/dist`]),
    `onnxruntime-node/bin/napi-v6/${binaries[target]}`,
  ]) {
    cpSync(join(packages, part), join(modules, part), { recursive: true, filter: kept });
  }
}
