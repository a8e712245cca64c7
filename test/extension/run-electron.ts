import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { buildExtensionTests, builtTests } from './build.ts';

/** The same suites in a desktop VS Code, which is downloaded at first. */
const root = join(import.meta.dirname, '../..');
await buildExtensionTests();
const vscodeExecutablePath = await downloadAndUnzipVSCode().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(
    `VS Code cannot be downloaded from update.code.visualstudio.com (${reason}); test:electron needs it once and keeps it in .vscode-test.`,
  );
  process.exit(1);
});
await runTests({
  vscodeExecutablePath,
  extensionDevelopmentPath: root,
  extensionTestsPath: join(builtTests, 'index.cjs'),
  launchArgs: [join(import.meta.dirname, 'workspace'), '--disable-workspace-trust'],
});
