import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { givenCommand } from './given-command.ts';
import { aboveZero, fail, listOf, wholeNumber } from './number-options.ts';
import { writeReport } from './report/write-report.ts';
import { EvaluationProgress } from './run/progress.ts';
import { sweep, type SweepPoint } from './theory/sweep.ts';
import { theoryReport } from './theory/theory-report.ts';

interface TheoryOptions {
  readonly out: string;
  readonly mdps: number;
  readonly vocabulary: number;
  readonly horizon: number;
  readonly seed: number;
  readonly alphas: readonly number[];
  readonly betas: readonly number[];
}

/** Most responses of one MDP: beyond that, enumerating all of them is no matter of minutes. */
const maxResponses = 20_000;

/** Adds `theory`: Theorem 1 and figure 1's claim on MDPs where everything can be enumerated. */
export function addTheory(program: Command, signal: AbortSignal): void {
  const numbers = (flag: string, about: string, usual: number[]): Option =>
    new Option(`${flag} <numbers>`, about).argParser(listOf(flag, aboveZero(flag))).default(usual);
  const whole = (flag: string, about: string, least: number, usual: number): Option =>
    new Option(`${flag} <count>`, about).argParser(wholeNumber(flag, least)).default(usual);
  program
    .command('theory')
    .description('draw gaps and bounds of Theorem 1 from exact enumeration of small MDPs')
    .requiredOption('--out <folder>', 'folder of the report')
    .addOption(whole('--mdps', 'random MDPs', 2, 100))
    .addOption(whole('--vocabulary', 'tokens, of which one ends a response', 2, 4))
    .addOption(whole('--horizon', 'longest response (T)', 1, 4))
    .addOption(whole('--seed', 'seed of the MDPs', 0, 0))
    .addOption(numbers('--alphas', 'values of alpha', [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5]))
    .addOption(numbers('--betas', 'values of beta', [0.05, 0.2, 1, 5]))
    .action(async (options: TheoryOptions) => {
      const files = await run(options, signal);
      process.stdout.write(`${files.map((file) => join(options.out, file)).join('\n')}\n`);
    });
}

async function run(options: TheoryOptions, signal: AbortSignal): Promise<string[]> {
  const { out, mdps: count, vocabulary: vocabularySize, horizon, seed, alphas, betas } = options;
  if (vocabularySize ** horizon > maxResponses) {
    fail(
      `--vocabulary ${vocabularySize} with --horizon ${horizon} makes ${vocabularySize ** horizon} responses; it must be at most ${maxResponses}.`,
    );
  }
  const progress = new EvaluationProgress(process.stderr);
  const total = alphas.length * betas.length;
  progress.stage('Enumerating', total);
  const start = performance.now();
  const sweepOptions = { count, vocabularySize, horizon, seed, alphas, betas };
  const points: SweepPoint[] = [];
  for (const point of sweep(sweepOptions)) {
    // Enumerating holds the thread: without a turn of its own no interrupt is heard.
    await setImmediate();
    signal.throwIfAborted();
    points.push(point);
    const secondsEach = (performance.now() - start) / 1000 / points.length;
    progress.update(points.length, secondsEach * (total - points.length));
  }
  progress.end();
  const report = await theoryReport(sweepOptions, points, givenCommand(), import.meta.dirname);
  return writeReport(out, report);
}
