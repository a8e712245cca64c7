import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { buildExtensionTests, builtTests } from './build.ts';

/** Runs the suites in a desktop VS Code, which is downloaded once. */
const root = join(import.meta.dirname, '../..');
await buildExtensionTests();
const vscodeExecutablePath = await downloadAndUnzipVSCode().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(
    `Cannot download VS Code from update.code.visualstudio.com (${reason}). test:electron downloads it once into .vscode-test.`,
  );
  process.exit(1);
});
await runTests({
  vscodeExecutablePath,
  extensionDevelopmentPath: root,
  extensionTestsPath: join(builtTests, 'index.cjs'),
  launchArgs: [join(import.meta.dirname, 'workspace'), '--disable-workspace-trust'],
});
