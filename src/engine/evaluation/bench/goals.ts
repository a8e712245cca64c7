import { accuracyLimits, type Accuracy } from './accuracy.ts';
import type { ChildReport } from './child.ts';
import type { DecodingReport, ExactComparison } from './decoding-suite.ts';
import type { RangeOverAlpha } from './decoding-variants.ts';
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

/** Largest share of the exhaustive form's time that the exact one may take. */
const exactTimeLimits: Readonly<Record<RangeOverAlpha, number>> = { 1: 1 / 8, 4: 1 / 4 };

export function accuracyGoals({ meanKl, topAgreement }: Accuracy): Goal[] {
  return [
    {
      title: 'Mean KL from fp32 to int8 a token',
      limit: accuracyLimits.meanKl,
      bound: 'most',
      measured: meanKl,
      unit: 'nats',
      digits: 4,
    },
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

export function decodingGoals({ overhead, comparisons }: DecodingReport): Goal[] {
  const exact = Object.entries(exactTimeLimits).flatMap(([ratio, limit]) => {
    const comparison = comparisons.find(({ exact: id }) => id === `exact-${ratio}`);
    return comparison ? [exactGoal(comparison, ratio, limit)] : [];
  });
  return [
    {
      title: 'Plain decoding, time over that of the bare graph',
      limit: 1.15,
      bound: 'most',
      measured: overhead.median,
      unit: '',
      digits: 3,
    },
    ...exact,
  ];
}

function exactGoal({ timeRatio }: ExactComparison, ratio: string, limit: number): Goal {
  return {
    title: `Exact TQ*, R/alpha ${ratio}, share of exhaustive's time`,
    limit,
    bound: 'most',
    measured: timeRatio,
    unit: '',
    digits: 3,
  };
}

export function startGoals(compile: ChildReport, firstTokenMs: readonly number[]): Goal[] {
  return [
    {
      title: 'First compile to int8',
      limit: 30,
      bound: 'most',
      measured: compile.ms / 1000,
      unit: 's',
      digits: 1,
    },
    {
      title: 'Memory of the first compile',
      limit: 2,
      bound: 'most',
      measured: compile.peakResident / 1e9,
      unit: 'GB',
      digits: 2,
    },
    {
      title: 'From the cache to the first token',
      limit: 2.5,
      bound: 'most',
      measured: median(firstTokenMs) / 1000,
      unit: 's',
      digits: 2,
    },
  ];
}
