import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TheoryOptions } from '../cli/parser/theory.ts';
import { givenCommand } from './given-command.ts';
import { writeReport } from './report/write-report.ts';
import { EvaluationProgress } from './run/progress.ts';
import { sweep, type SweepPoint } from './theory/sweep.ts';
import { theoryReport } from './theory/theory-report.ts';

/** Runs `tqstar theory`; prints the report's files. */
export async function runTheory(options: TheoryOptions, signal: AbortSignal): Promise<void> {
  const { out, mdps: count, vocabulary: vocabularySize, horizon, seed, alphas, betas } = options;
  const progress = new EvaluationProgress(process.stderr);
  const total = alphas.length * betas.length;
  progress.stage('Enumerating', total);
  const start = performance.now();
  const sweepOptions = { count, vocabularySize, horizon, seed, alphas, betas };
  const points: SweepPoint[] = [];
  for (const point of sweep(sweepOptions)) {
    // Enumerating blocks the event loop; this lets an interrupt through.
    await setImmediate();
    signal.throwIfAborted();
    points.push(point);
    const secondsEach = (performance.now() - start) / 1000 / points.length;
    progress.update(points.length, secondsEach * (total - points.length));
  }
  progress.end();
  const report = await theoryReport(sweepOptions, points, givenCommand(), import.meta.dirname);
  const files = await writeReport(out, report);
  process.stdout.write(`${files.map((file) => join(out, file)).join('\n')}\n`);
}
