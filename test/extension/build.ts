import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

export const builtTests = join(import.meta.dirname, '../../dist/test/extension');

/** Bundles each test file into a CommonJS file that the extension host can load. */
export async function buildExtensionTests(): Promise<void> {
  const files = readdirSync(import.meta.dirname).filter((name) =>
    /^index\.ts$|\.test\.ts$/u.test(name),
  );
  rmSync(builtTests, { recursive: true, force: true });
  await build({
    entryPoints: files.map((name) => join(import.meta.dirname, name)),
    outdir: builtTests,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}
