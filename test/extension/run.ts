import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runInExtensionHost } from '../harness/extension-host-run.ts';
import { buildExtensionTests, builtTests } from './build.ts';

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    /** Runs only the tests with a matching name. */
    grep: { type: 'string' },
    /** Tests this package instead of the sources. */
    vsix: { type: 'string' },
  },
});

// The server runs in a separate process group, which Ctrl+C in the terminal does not reach.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await buildExtensionTests();
const { grep, vsix } = values;
const shared = {
  tests: join(builtTests, 'index.cjs'),
  workspace: join(import.meta.dirname, 'workspace'),
  limitSeconds: 2400,
  failures: join(root, '.vscode-test/failures'),
  testEnvironment: { ...(grep !== undefined && { TEST_GREP: grep }) },
};
const problems = await runInExtensionHost(
  vsix === undefined
    ? { ...shared, extension: root }
    : { ...shared, extension: join(import.meta.dirname, 'empty'), vsix: [vsix] },
);
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
