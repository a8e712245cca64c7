import type { FormatName } from '../../protocol/options.ts';
import type { RandomModelName } from './random-model.ts';

/** Formats for GPUs, the most useful first. */
export const gpuFormats = ['q8', 'fp16', 'q4', 'fp32'] as const satisfies readonly FormatName[];
export type GpuFormat = (typeof gpuFormats)[number];

/** How much a run measures. */
export interface GpuSize {
  /** Layers of the shipped model in the benchmark's processes; default all. */
  readonly layers?: number;
  /** Tokens of the texts for comparison and memory, and of the timed texts. */
  readonly tokens: number;
  readonly timedTokens: number;
  readonly k: number;
  readonly rollout: number;
  /** Formats by part; the first of `speed` is the device's default. */
  readonly formats: Readonly<
    Record<'tokens' | 'speed' | 'runs' | 'memory', readonly GpuFormat[]>
  > & {
    readonly dispatches: readonly GpuFormat[];
    readonly random: readonly GpuFormat[];
  };
  /** The number of timed prompts of 64 tokens, and their values of R/alpha. */
  readonly prompts: number;
  readonly ratios: readonly number[];
  readonly rewards: readonly ('text' | 'causal')[];
  /** How many of the device's graphs are timed, its default first. */
  readonly graphs: number;
  readonly prefixes: readonly number[];
  readonly branches: readonly number[];
  readonly depth: number;
  /** How often each run is timed after a warm-up; a quick run times the first. */
  readonly times: number;
  readonly warmUps: number;
  readonly randomModels: readonly RandomModelName[];
  readonly randomPrefix: number;
  readonly randomBranches: readonly number[];
  /** Tokens that the plain Algorithm 1 in torch writes. */
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

/** For a software driver on two cores, which takes seconds for one run of the whole model. */
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
