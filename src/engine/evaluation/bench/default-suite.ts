import type { FormatName } from '../../models/compiler/format.ts';
import { DecoderPolicy } from '../../policy/decoder-policy.ts';
import { createReward } from '../../reward/create-reward.ts';
import type { Locations } from '../../locations.ts';
import { measureAccuracy, type Accuracy } from './accuracy.ts';
import { measureDecoding, type DecodingReport } from './decoding-suite.ts';
import { decodingVariants } from './decoding-variants.ts';
import { accuracyGoals, decodingGoals, startGoals } from './goals.ts';
import { measureGraph, type GraphMeasurement } from './graph-suite.ts';
import type { Machine } from '../machine.ts';
import { measureCompile, measureFirstToken, measureMemory, type Programs } from './processes.ts';
import type { BenchProgress } from './progress.ts';
import { benchPrompts } from './prompts.ts';
import type { BenchResult } from './report.ts';
import { openGraph, prepareShipped, type ShippedModel } from './shipped-model.ts';

/** How much is measured. */
export interface SuiteSize {
  readonly rounds: number;
  readonly prompts: number;
  readonly maxTokens: number;
  /** Tokens after which the memory of a variant is known. */
  readonly memoryTokens: number;
  readonly graphRounds: number;
  readonly starts: number;
}

export const fullSize: SuiteSize = {
  rounds: 3,
  prompts: benchPrompts.length,
  maxTokens: 64,
  memoryTokens: 24,
  graphRounds: 20,
  starts: 5,
};

export const quickSize: SuiteSize = {
  rounds: 1,
  prompts: 1,
  maxTokens: 24,
  memoryTokens: 8,
  graphRounds: 2,
  starts: 1,
};

/** What the measurements need of their surroundings. */
export interface BenchContext {
  readonly locations: Locations;
  readonly programs: Programs;
  readonly prose: string;
  readonly progress: BenchProgress;
}

/** Measures everything; what decodes comes first, before fp32 weights fill the memory. */
export async function runDefaultSuite(
  context: BenchContext,
  size: SuiteSize,
  machine: Machine,
  command: string,
): Promise<BenchResult> {
  const { locations, programs, progress } = context;
  const model = await prepare(context, 'int8');
  const decoding = await measureAllDecoding(context, model, size);
  progress.stage('Memory of each variant', decodingVariants.length);
  const memory = await measureMemory(programs, locations, size.memoryTokens, () => {
    progress.increment();
  });
  progress.stage('First compile', 1);
  const compile = await measureCompile(programs, locations);
  progress.stage('First token from the cache', size.starts);
  const firstTokenMs: number[] = [];
  for (let start = 0; start < size.starts; start++) {
    firstTokenMs.push(await measureFirstToken(programs, locations));
    progress.increment();
  }
  const { graph, accuracy } = await compareFormats(context, size.graphRounds);
  progress.end();
  const goals = [
    ...accuracyGoals(accuracy),
    ...startGoals(compile, firstTokenMs),
    ...decodingGoals(decoding),
  ];
  return {
    machine,
    command,
    goals,
    decoding,
    memory,
    memoryTokens: size.memoryTokens,
    graph,
    accuracy,
    compile,
    firstTokenMs,
  };
}

/** int8 against fp32, on the prose that ships with the benchmark. */
export async function runAccuracy(context: BenchContext): Promise<Accuracy> {
  const { accuracy } = await compareFormats(context, 0);
  context.progress.end();
  return accuracy;
}

async function measureAllDecoding(
  { locations, progress }: BenchContext,
  model: ShippedModel,
  { rounds, prompts, maxTokens }: SuiteSize,
): Promise<DecodingReport> {
  const { tokenizer } = model;
  const session = await openGraph(model);
  const policy = new DecoderPolicy('shipped', session, tokenizer.endTokens, 'shipped');
  const reward = await createReward('positive-tone', { modelsFolder: locations.models });
  progress.stage('Decoding', rounds * prompts);
  try {
    return await measureDecoding(
      { policy, tokenizer, reward, maxTokens },
      {
        session,
        prompts: benchPrompts.slice(0, prompts),
        rounds,
        onVisit: () => {
          progress.increment();
        },
      },
    );
  } finally {
    await policy.dispose();
  }
}

async function compareFormats(
  context: BenchContext,
  graphRounds: number,
): Promise<{ graph: GraphMeasurement[]; accuracy: Accuracy }> {
  const { prose, progress } = context;
  const fp32Model = await prepare(context, 'fp32');
  const int8Model = await prepare(context, 'int8');
  const tokens = fp32Model.tokenizer.encode(prose);
  const fp32 = await openGraph(fp32Model);
  const int8 = await openGraph(int8Model);
  try {
    const graph = graphRounds === 0 ? [] : await timeGraphs();
    progress.stage('Accuracy', 1);
    const accuracy = await measureAccuracy(fp32, int8, tokens, (done, total) => {
      progress.update(done / total);
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
  progress.stage(`Compiling ${format}, or taking it from the cache`, 100);
  return prepareShipped(locations, format, {
    onProgress: (done) => {
      progress.update(Math.round(100 * done));
    },
  });
}
