import { accuracyLimits, type Accuracy } from './accuracy.ts';
import { rewardKindNames, type RewardKind } from './cases.ts';
import type { CompileReport } from './compile.ts';
import type { WritingMemory } from './first-tokens.ts';
import type { CaseMeasurement, GridReport } from './grid.ts';
import type { Overhead } from './overhead.ts';
import { median } from './statistics.ts';

/** A limit and the measured value. */
export interface Goal {
  readonly title: string;
  readonly limit: number;
  /** Whether the limit is a maximum or a minimum. */
  readonly bound: 'max' | 'min';
  readonly measured: number;
  readonly unit: string;
  readonly digits: number;
}

export function isReached({ measured, limit, bound }: Goal): boolean {
  return bound === 'max' ? measured <= limit : measured >= limit;
}

/** Largest time of exact TQ* over plain decoding, by reward and R/alpha. */
const priceLimits: Readonly<Record<RewardKind, Readonly<Record<1 | 4, number>>>> = {
  text: { 1: 2, 4: 5 },
  causal: { 1: 3.5, 4: 8 },
};
/** Largest time of exact over exhaustive decoding, by R/alpha. */
const exactLimits: Readonly<Record<1 | 4, number>> = { 1: 1 / 8, 4: 1 / 4 };
const ratios = [1, 4] as const;
const growthLimit = 1.5;
const plainTokensPerSecond = 95;

function atMost(title: string, measured: number, limit: number, digits: number, unit = ''): Goal {
  return { title, measured, limit, digits, unit, bound: 'max' };
}

export function gridGoals({ cases, plain }: GridReport): Goal[] {
  const find = (id: string): CaseMeasurement => cases.find((each) => each.id === id)!;
  const price = rewardKindNames.flatMap((kind) =>
    ratios.map((ratio) => {
      const title = `Exact tq, ${kind} reward, R/alpha ${ratio}, time per token over plain decoding`;
      return atMost(title, find(`${kind}-${ratio}`).meanRatio, priceLimits[kind][ratio], 2);
    }),
  );
  const growth = rewardKindNames.flatMap((kind) =>
    ratios.map((ratio) => {
      const [short, long] = [64, 1024].map((length) => find(`${kind}-p${length}-${ratio}`));
      const title = `Exact tq, ${kind} reward, R/alpha ${ratio}, time per token after a prompt of 1,024 over 64`;
      return atMost(title, long!.meanMsPerToken / short!.meanMsPerToken, growthLimit, 2);
    }),
  );
  const exact = ratios.map((ratio) => {
    const [lazy, full] = ['', '-exhaustive'].map((form) => find(`text-tq-${ratio}${form}`));
    const title = `Exact tq, text reward, R/alpha ${ratio}, time over exhaustive decoding`;
    return atMost(title, lazy!.meanMsPerToken / full!.meanMsPerToken, exactLimits[ratio], 3);
  });
  const speed: Goal = {
    title: 'Plain decoding after a prompt of 64',
    limit: plainTokensPerSecond,
    bound: 'min',
    measured: 1000 / plain[64]!.median,
    unit: 'tok/s',
    digits: 0,
  };
  return [...price, ...growth, ...exact, speed];
}

/** Empty if the system does not report the memory of a process. */
export function memoryGoals(memory: readonly WritingMemory[]): Goal[] {
  const [text, causal] = rewardKindNames.map((kind) => memory.find((each) => each.kind === kind));
  if (text?.peak === undefined || causal?.peak === undefined) return [];
  return [
    atMost('Memory of the engine, tq with a text reward', text.peak / 1e6, 650, 0, 'MB'),
    atMost(
      'Extra memory for a causal reward on the same base',
      (causal.peak - text.peak) / 1e6,
      150,
      0,
      'MB',
    ),
  ];
}

export function overheadGoals({ ratio }: Overhead): Goal[] {
  return [atMost('Plain decoding, time over that of the bare graph', ratio.median, 1.15, 3)];
}

export function accuracyGoals({ meanKl, topAgreement }: Accuracy): Goal[] {
  return [
    atMost('Mean KL from fp32 to int8 per token', meanKl, accuracyLimits.meanKl, 4, 'nats'),
    {
      title: 'Same most likely token in fp32 and int8',
      limit: accuracyLimits.topAgreement,
      bound: 'min',
      measured: topAgreement,
      unit: '',
      digits: 3,
    },
  ];
}

export function startGoals(compile: CompileReport, startMs: readonly number[]): Goal[] {
  return [
    atMost('First compile to int8', compile.ms / 1000, 30, 1, 's'),
    atMost('Memory of the first compile', compile.peakResident / 1e9, 2, 2, 'GB'),
    atMost('Start of the engine to the first token', median(startMs) / 1000, 2.5, 2, 's'),
  ];
}
