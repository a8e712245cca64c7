import { run, setUp } from './set-up.mjs';

setUp();

const [suite, ...options] = process.argv.slice(2);

// The table of baselines and rewards is an evaluation like others, which goes on where it was
// stopped.
process.exitCode =
  suite === 'pairs'
    ? run([
        'dist/evaluation.js',
        'eval',
        '--suite',
        'pairs',
        '--out',
        '.cache/evaluation-pairs',
        ...options,
      ])
    : run(['dist/bench.js', ...process.argv.slice(2)]);
