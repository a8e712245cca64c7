import type { FormatName } from '../../protocol/options.ts';
import type { RandomModelName } from './random-model.ts';

/** Formats that a GPU may run, the most useful first. */
export const gpuFormats = ['q8', 'fp16', 'q4', 'fp32'] as const satisfies readonly FormatName[];
export type GpuFormat = (typeof gpuFormats)[number];

/** How much is measured. */
export interface GpuSize {
  /** Of the shipped model that is run in the benchmark's own processes; all when left out. */
  readonly layers?: number;
  /** Of texts that are compared and measured in memory, and of those that are timed. */
  readonly tokens: number;
  readonly timedTokens: number;
  readonly k: number;
  readonly rollout: number;
  /** Formats by part; the first of `speed` is the device's usual one. */
  readonly formats: Readonly<
    Record<'tokens' | 'speed' | 'runs' | 'memory', readonly GpuFormat[]>
  > & {
    readonly dispatches: readonly GpuFormat[];
    readonly random: readonly GpuFormat[];
  };
  /** Prompts of 64 tokens that are timed, and the values of R/alpha they are timed with. */
  readonly prompts: number;
  readonly ratios: readonly number[];
  readonly rewards: readonly ('text' | 'causal')[];
  /** How many of the graphs that the device runs are timed, its usual one first. */
  readonly graphs: number;
  readonly prefixes: readonly number[];
  readonly branches: readonly number[];
  readonly depth: number;
  /** How often each run is timed, after one that is not; a quick run times the first. */
  readonly times: number;
  readonly warmUps: number;
  readonly randomModels: readonly RandomModelName[];
  readonly randomPrefix: number;
  readonly randomBranches: readonly number[];
  /** Tokens that the plainly written Algorithm 1 writes. */
  readonly algorithm1Tokens: number;
}

export const fullGpuSize: GpuSize = {
  tokens: 64,
  timedTokens: 64,
  k: 10,
  rollout: 20,
  formats: {
    tokens: gpuFormats,
    speed: ['q8', 'fp16'],
    runs: ['q8', 'fp16'],
    dispatches: ['q8', 'fp16', 'q4'],
    random: ['q4', 'q8', 'fp16', 'fp32'],
    memory: gpuFormats,
  },
  prompts: 2,
  ratios: [1, 4],
  rewards: ['text', 'causal'],
  graphs: 2,
  prefixes: [64, 256, 1024],
  branches: [1, 10, 40, 160],
  depth: 10,
  times: 5,
  warmUps: 1,
  randomModels: ['llama-1b', 'llama-8b'],
  randomPrefix: 256,
  randomBranches: [1, 10, 40],
  algorithm1Tokens: 4,
};

/** For a software driver on two cores, to which one run of the whole shipped model is seconds of work. */
export const quickGpuSize: GpuSize = {
  layers: 4,
  tokens: 8,
  timedTokens: 2,
  k: 2,
  rollout: 2,
  formats: {
    tokens: ['q4'],
    speed: ['q4'],
    runs: ['q4'],
    dispatches: ['q4'],
    random: ['q4'],
    memory: ['q4'],
  },
  prompts: 1,
  ratios: [1],
  rewards: ['text', 'causal'],
  graphs: 1,
  prefixes: [64],
  branches: [1, 10],
  depth: 10,
  times: 1,
  warmUps: 0,
  randomModels: ['tiny'],
  randomPrefix: 64,
  randomBranches: [1, 10],
  algorithm1Tokens: 1,
};
