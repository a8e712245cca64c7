import { join } from 'node:path';
import { runInExtensionHost } from '../harness/extension-host-run.ts';
import { buildExtensionTests, builtTests } from './build.ts';

const root = join(import.meta.dirname, '../..');

await buildExtensionTests();
const grep = process.argv[2];
const problems = await runInExtensionHost({
  extension: root,
  tests: join(builtTests, 'index.cjs'),
  workspace: join(root, 'test/extension/workspace'),
  limitSeconds: 600,
  failures: join(root, '.vscode-test/failures'),
  ...(grep !== undefined && { testEnvironment: { TEST_GREP: grep } }),
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
