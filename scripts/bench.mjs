import { run, setUp } from './set-up.mjs';

// `npm run bench -- ...` sets up the checkout and runs `tqstar bench ...`.
setUp();
process.exitCode = run(['dist/cli.js', 'bench', ...process.argv.slice(2)]);
