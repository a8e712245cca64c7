import type { Command } from 'commander';
import { argumentsAfter, runMeasuringProgram } from '../measuring-program.ts';
import { addBenchCommands } from '../parser/bench.ts';
import { addEvalOptions } from '../parser/eval.ts';
import type { Session } from '../session.ts';

const pairsFolder = '.cache/evaluation-pairs';

/** Adds `bench`, which dist/bench.js runs; its `pairs` is an evaluation. */
export function addBench(program: Command, session: Session): void {
  const run = (): Promise<void> =>
    runMeasuringProgram(session, 'bench.js', argumentsAfter(session, 'bench'));
  const bench = program.command('bench');
  addBenchCommands(bench, {
    suite: run,
    accuracy: run,
    exactness: run,
    peers: run,
    remote: run,
    rewriting: run,
    gpu: run,
    gpuTable: run,
  });
  const pairs = bench
    .command('pairs')
    .description('run the evaluation of every baseline towards every reward')
    .option('--out <folder>', 'folder of responses, tables and report', pairsFolder);
  addEvalOptions(pairs, () => {
    const suite = ['--suite', 'pairs', '--out', pairsFolder];
    const given = argumentsAfter(session, 'pairs');
    return runMeasuringProgram(session, 'evaluation.js', ['eval', ...suite, ...given]);
  });
}
