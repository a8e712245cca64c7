import { run, setUp } from './set-up.mjs';

const suites = ['test/unit/**/*.test.ts', 'test/engine/**/*.test.ts', 'test/cli/**/*.test.ts'];
const given = process.argv.slice(2);
const namesFiles = given.some((arg) => arg.endsWith('.ts'));

setUp();

process.exitCode = run([
  '--import',
  'tsx',
  'node_modules/mocha/bin/mocha.js',
  ...given,
  ...(namesFiles ? [] : suites),
]);
