import { run, setUp } from './set-up.mjs';

// `npm run bench -- ...` is `tqstar bench ...` in a checkout that this sets up first.
setUp();
process.exitCode = run(['dist/cli.js', 'bench', ...process.argv.slice(2)]);
