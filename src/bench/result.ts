import type { Machine } from '../evaluation/machine.ts';
import type { Accuracy } from './accuracy.ts';
import type { GridSize } from './cases.ts';
import type { CompileReport } from './compile.ts';
import type { FirstTokenTime, WritingMemory } from './first-tokens.ts';
import type { Goal } from './goals.ts';
import type { GraphMeasurement } from './graph-suite.ts';
import type { GridReport } from './grid.ts';
import type { Overhead } from './overhead.ts';

/** The result of one run of the benchmark. */
export interface BenchResult {
  readonly machine: Machine;
  /** The command that produces such a result. */
  readonly command: string;
  readonly size: GridSize;
  readonly goals: readonly Goal[];
  readonly grid: GridReport;
  readonly firstTokens: readonly FirstTokenTime[];
  readonly memory: readonly WritingMemory[];
  readonly overhead: Overhead;
  readonly compile: CompileReport;
  /** Milliseconds from starting the engine to its first token. */
  readonly startMs: readonly number[];
  readonly graph: readonly GraphMeasurement[];
  readonly accuracy: Accuracy;
}
