import { accuracyLimits, type Accuracy } from './accuracy.ts';
import { rewardKindNames, type RewardKind } from './cases.ts';
import type { CompileReport } from './compile.ts';
import type { WritingMemory } from './first-tokens.ts';
import type { CaseMeasurement, GridReport } from './grid.ts';
import type { Overhead } from './overhead.ts';
import { median } from './statistics.ts';

/** One thing to reach, and what was measured. */
export interface Goal {
  readonly title: string;
  readonly limit: number;
  /** 'most': at most the limit; 'least': at least. */
  readonly bound: 'most' | 'least';
  readonly measured: number;
  readonly unit: string;
  readonly digits: number;
}

export function isReached({ measured, limit, bound }: Goal): boolean {
  return bound === 'most' ? measured <= limit : measured >= limit;
}

/** Exact TQ* over plain decoding, by reward and R/alpha. */
const priceLimits: Readonly<Record<RewardKind, Readonly<Record<1 | 4, number>>>> = {
  text: { 1: 2, 4: 5 },
  causal: { 1: 3.5, 4: 8 },
};
/** Largest share of the exhaustive form's time that the exact one may take, by R/alpha. */
const exactLimits: Readonly<Record<1 | 4, number>> = { 1: 1 / 8, 4: 1 / 4 };
const ratios = [1, 4] as const;
const growthLimit = 1.5;
const plainTokensPerSecond = 95;

function most(title: string, measured: number, limit: number, digits: number, unit = ''): Goal {
  return { title, measured, limit, digits, unit, bound: 'most' };
}

export function gridGoals({ cases, plain }: GridReport): Goal[] {
  const find = (id: string): CaseMeasurement => cases.find((each) => each.id === id)!;
  const price = rewardKindNames.flatMap((kind) =>
    ratios.map((ratio) => {
      const title = `Exact tq, ${kind} reward, R/alpha ${ratio}, time a token over plain decoding`;
      return most(title, find(`${kind}-${ratio}`).meanRatio, priceLimits[kind][ratio], 2);
    }),
  );
  const growth = rewardKindNames.flatMap((kind) =>
    ratios.map((ratio) => {
      const [short, long] = [64, 1024].map((length) => find(`${kind}-p${length}-${ratio}`));
      const title = `Exact tq, ${kind} reward, R/alpha ${ratio}, time a token after a prompt of 1,024 over 64`;
      return most(title, long!.meanMsPerToken / short!.meanMsPerToken, growthLimit, 2);
    }),
  );
  const exact = ratios.map((ratio) => {
    const [lazy, full] = ['', '-exhaustive'].map((form) => find(`text-tq-${ratio}${form}`));
    const title = `Exact tq, text reward, R/alpha ${ratio}, share of exhaustive's time`;
    return most(title, lazy!.meanMsPerToken / full!.meanMsPerToken, exactLimits[ratio], 3);
  });
  const speed: Goal = {
    title: 'Plain decoding after a prompt of 64',
    limit: plainTokensPerSecond,
    bound: 'least',
    measured: 1000 / plain[64]!.median,
    unit: 'tok/s',
    digits: 0,
  };
  return [...price, ...growth, ...exact, speed];
}

/** Nothing where the system does not tell how much memory a process had. */
export function memoryGoals(memory: readonly WritingMemory[]): Goal[] {
  const [text, causal] = rewardKindNames.map((kind) => memory.find((each) => each.kind === kind));
  if (text?.peak === undefined || causal?.peak === undefined) return [];
  return [
    most('Memory of the engine, tq with a text reward', text.peak / 1e6, 650, 0, 'MB'),
    most('A causal reward on the same base, more', (causal.peak - text.peak) / 1e6, 150, 0, 'MB'),
  ];
}

export function overheadGoals({ ratio }: Overhead): Goal[] {
  return [most('Plain decoding, time over that of the bare graph', ratio.median, 1.15, 3)];
}

export function accuracyGoals({ meanKl, topAgreement }: Accuracy): Goal[] {
  return [
    most('Mean KL from fp32 to int8 a token', meanKl, accuracyLimits.meanKl, 4, 'nats'),
    {
      title: 'Same most likely token in fp32 and int8',
      limit: accuracyLimits.topAgreement,
      bound: 'least',
      measured: topAgreement,
      unit: '',
      digits: 3,
    },
  ];
}

export function startGoals(compile: CompileReport, startMs: readonly number[]): Goal[] {
  return [
    most('First compile to int8', compile.ms / 1000, 30, 1, 's'),
    most('Memory of the first compile', compile.peakResident / 1e9, 2, 2, 'GB'),
    most('Start of the engine to the first token', median(startMs) / 1000, 2.5, 2, 's'),
  ];
}
