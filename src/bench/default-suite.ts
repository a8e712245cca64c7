import type { FormatName, Locations } from '../engine/exports/bench.ts';
import { measureAccuracy, type Accuracy } from './accuracy.ts';
import { benchCases, type GridSize } from './cases.ts';
import { BenchEngine } from './engine-runs.ts';
import { measureFirstTokens, measureWritingMemory } from './first-tokens.ts';
import { accuracyGoals, gridGoals, memoryGoals, overheadGoals, startGoals } from './goals.ts';
import { measureGraph, type GraphMeasurement } from './graph-suite.ts';
import { measureGrid, visitCount } from './grid.ts';
import type { Machine } from '../evaluation/machine.ts';
import { measureOverhead } from './overhead.ts';
import { measureCompile, measureStart, type Programs } from './processes.ts';
import type { EvaluationProgress } from '../evaluation/run/progress.ts';
import type { BenchResult } from './result.ts';
import { openGraph, prepareShipped, type ShippedModel } from './shipped-model.ts';
import { BenchPrompts, promptCount } from './texts.ts';

/** The number and length of measurements. */
export interface SuiteSize extends GridSize {
  readonly firstTokens: number;
  readonly graphRounds: number;
  readonly starts: number;
}

export const fullSize: SuiteSize = {
  maxTokens: 64,
  prompts: promptCount,
  otherPrompts: 3,
  exhaustiveTokens: 16,
  exhaustivePrompts: 1,
  firstTokens: 3,
  graphRounds: 20,
  starts: 5,
};

export const quickSize: SuiteSize = {
  maxTokens: 16,
  prompts: 1,
  otherPrompts: 1,
  exhaustiveTokens: 4,
  exhaustivePrompts: 1,
  firstTokens: 1,
  graphRounds: 2,
  starts: 1,
};

/** Folders, programs, prose and progress that the measurements share. */
export interface BenchContext {
  readonly locations: Locations;
  readonly programs: Programs;
  readonly prose: string;
  readonly progress: EvaluationProgress;
}

/** Measures everything; decoding comes first, before fp32 weights fill the memory. */
export async function runDefaultSuite(
  context: BenchContext,
  size: SuiteSize,
  machine: Machine,
  command: string,
): Promise<BenchResult> {
  const { locations, programs, progress } = context;
  const model = await prepare(context, 'int8');
  const prompts = new BenchPrompts(model.tokenizer, context.prose);
  const cases = benchCases(size);
  const engine = BenchEngine.start(programs.engine, locations);
  try {
    progress.stage('Decoding', visitCount(cases));
    const onVisit = (): void => {
      progress.increment();
    };
    const grid = await measureGrid(engine, { prompts, cases, onVisit });
    progress.stage('First tokens', 1);
    const firstTokens = await measureFirstTokens(engine, prompts, size.firstTokens);
    await engine.stop();
    progress.stage('Memory', 1);
    const { maxTokens } = size;
    const memory = await measureWritingMemory(programs.engine, locations, prompts, maxTokens);
    progress.stage('Plain decoding and its graph', 1);
    const overhead = await measureOverhead(model, { prompts, count: size.prompts, maxTokens });
    progress.stage('First compile', 1);
    const compile = await measureCompile(programs, locations);
    progress.stage('Start', size.starts);
    const startMs: number[] = [];
    for (let start = 0; start < size.starts; start++) {
      startMs.push(await measureStart(programs, locations));
      progress.increment();
    }
    const { graph, accuracy } = await compareFormats(context, size.graphRounds);
    const goals = [
      ...gridGoals(grid),
      ...memoryGoals(memory),
      ...overheadGoals(overhead),
      ...accuracyGoals(accuracy),
      ...startGoals(compile, startMs),
    ];
    const measured = { grid, firstTokens, memory, overhead, compile, startMs, graph, accuracy };
    return { machine, command, size, goals, ...measured };
  } finally {
    progress.end();
    await engine.stop();
  }
}

/** Compares int8 with fp32 on the benchmark's prose. */
export async function runAccuracy(context: BenchContext): Promise<Accuracy> {
  const { accuracy } = await compareFormats(context, 0);
  context.progress.end();
  return accuracy;
}

async function compareFormats(
  context: BenchContext,
  graphRounds: number,
): Promise<{ graph: GraphMeasurement[]; accuracy: Accuracy }> {
  const { prose, progress } = context;
  const fp32Model = await prepare(context, 'fp32');
  const int8Model = await prepare(context, 'int8');
  const tokens = fp32Model.tokenizer.encode(prose);
  // First, because it may be the session that the number of threads is measured with.
  const int8 = await openGraph(int8Model);
  const fp32 = await openGraph(fp32Model);
  try {
    const graph = graphRounds === 0 ? [] : await timeGraphs();
    progress.stage('Accuracy', 100);
    const accuracy = await measureAccuracy(fp32, int8, tokens, (done, total) => {
      progress.update(Math.round((100 * done) / total), undefined);
    });
    return { graph, accuracy };
  } finally {
    await fp32.dispose();
    await int8.dispose();
  }

  function timeGraphs(): Promise<GraphMeasurement[]> {
    progress.stage('Graph', graphRounds);
    const sessions = new Map<FormatName, typeof fp32>([
      ['fp32', fp32],
      ['int8', int8],
    ]);
    const onRound = (): void => {
      progress.increment();
    };
    return measureGraph(sessions, { tokens, rounds: graphRounds, onRound });
  }
}

async function prepare(
  { locations, progress }: BenchContext,
  format: FormatName,
): Promise<ShippedModel> {
  progress.stage(`Compiling ${format}, or loading it from the cache`, 100);
  return prepareShipped(locations, format, {
    onProgress: (done) => {
      progress.update(Math.round(100 * done), undefined);
    },
  });
}
