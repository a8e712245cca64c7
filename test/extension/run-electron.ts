import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { buildExtensionTests, builtTests } from './build.ts';

/** The same suites in a desktop VS Code, which is downloaded at first. */
const root = join(import.meta.dirname, '../..');
await buildExtensionTests();
await runTests({
  extensionDevelopmentPath: root,
  extensionTestsPath: join(builtTests, 'index.cjs'),
  launchArgs: [join(import.meta.dirname, 'workspace'), '--disable-workspace-trust'],
});
