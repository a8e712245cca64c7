import { Bootstrap, type Estimate } from '../metrics/interval.ts';
import { exactMethods, valueSources, type ValueSource } from './exact-methods.ts';
import { randomMdp } from './small-mdp.ts';
import { theorem1 } from './theorem1.ts';

/** The MDPs of a sweep. */
export interface SweepOptions {
  readonly count: number;
  readonly vocabularySize: number;
  readonly horizon: number;
  readonly seed: number;
  readonly alphas: readonly number[];
  readonly betas: readonly number[];
}

/** Means over the MDPs for one alpha and one beta; rewards lie in [0, 1]. */
export interface SweepPoint {
  readonly alpha: number;
  readonly beta: number;
  readonly gaps: Readonly<Record<ValueSource, Estimate>>;
  readonly valueErrors: Readonly<Record<ValueSource, Estimate>>;
  /** Right side of (19), the bound of TQ*'s gap. */
  readonly gapBound: Estimate;
  /** KL(rho_alg || rho_SFT) of TQ* in nats, and right side of (20). */
  readonly divergence: Estimate;
  readonly divergenceBound: Estimate;
  /** Number of MDPs on which a side exceeds its bound by more than rounding. */
  readonly violations: number;
  /** Number of MDPs on which TQ* has a smaller gap than the other method. */
  readonly better: Readonly<Record<Exclude<ValueSource, 'tq'>, number>>;
}

const rounding = 1e-9;

/** Enumerates the same MDPs for every alpha and beta; yields point by point. */
export function* sweep(options: SweepOptions): Generator<SweepPoint> {
  const { count, vocabularySize, horizon, seed, alphas, betas } = options;
  const mdps = Array.from({ length: count }, (_, index) =>
    randomMdp(vocabularySize, horizon, seed * 65_537 + index),
  );
  const bootstrap = new Bootstrap(count, seed);
  for (const beta of betas) {
    for (const alpha of alphas) {
      const exact = mdps.map((mdp) => exactMethods(mdp, alpha, beta));
      const theorems = mdps.map((mdp) => theorem1(mdp, alpha, beta));
      const each = (of: 'gap' | 'valueError'): Record<ValueSource, Estimate> => {
        const estimate = (source: ValueSource): Estimate =>
          bootstrap.mean(exact.map((methods) => methods[source][of]));
        return Object.fromEntries(
          valueSources.map((source) => [source, estimate(source)]),
        ) as Record<ValueSource, Estimate>;
      };
      const better = (source: ValueSource): number =>
        exact.filter((methods) => methods.tq.gap < methods[source].gap).length;
      yield {
        alpha,
        beta,
        gaps: each('gap'),
        valueErrors: each('valueError'),
        gapBound: bootstrap.mean(theorems.map(({ gapBound }) => gapBound)),
        divergence: bootstrap.mean(theorems.map(({ decodedDivergence }) => decodedDivergence)),
        divergenceBound: bootstrap.mean(theorems.map(({ divergenceBound }) => divergenceBound)),
        violations: theorems.filter(
          (theorem) =>
            theorem.gap > theorem.gapBound + rounding ||
            theorem.decodedDivergence > theorem.divergenceBound + rounding,
        ).length,
        better: { cd: better('cd'), 'args-sft': better('args-sft') },
      };
    }
  }
}
