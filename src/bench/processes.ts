import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locations } from '../engine/exports/bench.ts';
import type { CompileReport } from './compile.ts';
import { BenchEngine, environmentFor } from './engine-runs.ts';

/** The programs to start: this benchmark and its engine. */
export interface Programs {
  readonly bench: string;
  readonly engine: string;
}

/** Compiles the shipped model to int8 in a fresh process with an empty cache. */
export async function measureCompile(
  { bench }: Programs,
  locations: Locations,
): Promise<CompileReport> {
  const cache = await mkdtemp(join(tmpdir(), 'tqstar-bench-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [bench, 'compile'], {
      env: environmentFor({ ...locations, cache }),
    });
    return JSON.parse(stdout) as CompileReport;
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/**
 * Milliseconds from the start of the engine to its first plain token, with the compiled model in
 * the cache: the wait in a newly opened editor.
 */
export async function measureStart({ engine }: Programs, locations: Locations): Promise<number> {
  const start = performance.now();
  const started = BenchEngine.start(engine, locations);
  try {
    await started.write('Say something.', { method: 'sft', maxTokens: 1 });
    return performance.now() - start;
  } finally {
    await started.stop();
  }
}
