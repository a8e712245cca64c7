import { run, setUp } from './set-up.mjs';

const suites = ['test/unit/**/*.test.ts', 'test/engine/**/*.test.ts', 'test/cli/**/*.test.ts'];
const given = process.argv.slice(2);
const namesFiles = given.some((arg) => arg.endsWith('.ts'));

setUp();

const exitCode = run([
  '--import',
  'tsx',
  'node_modules/mocha/bin/mocha.js',
  ...given,
  ...(namesFiles ? [] : suites),
]);
// Arguments are passed to mocha; without any, the suites in a real VS Code run, too.
const inEditor = given.length === 0 ? run(['--import', 'tsx', 'test/editor-suites.ts']) : 0;

process.exitCode = exitCode === 0 ? inEditor : exitCode;
