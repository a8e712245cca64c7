import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TheoryOptions } from '../cli/parser/theory.ts';
import { printable } from '../protocol/printable.ts';
import { givenCommand } from './given-command.ts';
import { writeReport } from './report/write-report.ts';
import { EvaluationProgress } from './run/progress.ts';
import { familyNames, type FamilySweep } from './theory/family-sweep.ts';
import { rewardFamilies } from './theory/random-mdp.ts';
import { measure, summarise, type SweepOptions } from './theory/sweep.ts';
import { theoryReport } from './theory/theory-report.ts';

/** Runs `tqstar theory`; prints the report's files. */
export async function runTheory(options: TheoryOptions, signal: AbortSignal): Promise<void> {
  const { out, mdps: count, vocabulary: vocabularySize, ...rest } = options;
  const sweepOptions: SweepOptions = { ...rest, count, vocabularySize };
  const sweeps: FamilySweep[] = [];
  for (const family of rewardFamilies) {
    const { alphas, betas } = sweepOptions;
    const measurements = await steps(
      `Enumerating MDPs with ${familyNames[family]}`,
      count * betas.length,
      measure(sweepOptions, family),
      signal,
    );
    const points = await steps(
      'Summarising',
      alphas.length * betas.length,
      summarise(sweepOptions, measurements),
      signal,
    );
    const suffix = family === rewardFamilies[0] ? '' : `-${family}`;
    sweeps.push({ family, suffix, count, rollouts: options.rollouts, points });
  }
  const report = await theoryReport(sweepOptions, sweeps, givenCommand(), import.meta.dirname);
  const files = await writeReport(out, report);
  process.stdout.write(`${printable(files.map((file) => join(out, file)).join('\n'))}\n`);
}

/** Takes all steps of a stage. Each blocks the event loop; an interrupt arrives between two. */
async function steps<T>(
  label: string,
  total: number,
  generator: Iterable<T>,
  signal: AbortSignal,
): Promise<T[]> {
  const progress = new EvaluationProgress(process.stderr);
  progress.stage(label, total);
  const start = performance.now();
  const results: T[] = [];
  for (const result of generator) {
    await setImmediate();
    signal.throwIfAborted();
    results.push(result);
    const secondsEach = (performance.now() - start) / 1000 / results.length;
    progress.update(results.length, secondsEach * (total - results.length));
  }
  progress.end();
  return results;
}
