import { run, setUp } from './set-up.mjs';

setUp();

process.exitCode = run(['dist/bench.js', ...process.argv.slice(2)]);
