import { stream } from '../../decoding/random.ts';
import { Bootstrap, mean, type Estimate } from '../metrics/interval.ts';
import { exactMethods, valueSources, type PlainPolicy, type ValueSource } from './exact-methods.ts';
import { randomMdp, type RewardFamily } from './random-mdp.ts';
import { theorem1, type Theorem1 } from './theorem1.ts';
import {
  baselineGap,
  decodeTransfer,
  transferTree,
  transferVariants,
  type TransferVariant,
} from './transfer.ts';

/** The MDPs of a sweep. */
export interface SweepOptions {
  readonly count: number;
  readonly vocabularySize: number;
  readonly horizon: number;
  readonly seed: number;
  readonly alphas: readonly number[];
  readonly betas: readonly number[];
  /** n of the drawn rollouts in indirect transfer. */
  readonly rollouts: number;
}

/** The target reward and the reward of the baseline policy, as indices of the three rewards. */
export interface Crossing {
  readonly target: number;
  readonly baseline: number;
}

const rewardCount = 3;

/** Each of three rewards as target, with a baseline policy aligned to each other one. */
export const crossings: readonly Crossing[] = Array.from({ length: rewardCount }, (_, target) =>
  Array.from({ length: rewardCount }, (__, baseline) => ({ target, baseline })),
)
  .flat()
  .filter(({ target, baseline }) => target !== baseline);

/** How often the n rollouts are drawn again in each state of each crossing. */
const repeats = 10;

export type Decoder = ValueSource | PlainPolicy;
export const decoders: readonly Decoder[] = [...valueSources, 'dpo', 'sft'];

/**
 * What indirect transfer is compared with: CD, ARGS and pi_SFT towards the target, which use no
 * baseline, and pi_BL itself.
 */
export type TransferRival = 'cd' | 'args-sft' | PlainPolicy;

/** One MDP at one alpha and beta. */
export interface Measurement {
  readonly exact: ReturnType<typeof exactMethods>;
  readonly theorem: Theorem1;
  /** Gaps of other methods in each crossing, [crossings]. */
  readonly rivalGaps: readonly Readonly<Record<TransferRival, number>>[];
  /** Gaps of indirect transfer, [crossings, transferVariants]. */
  readonly transferGaps: readonly (readonly number[])[];
}

/** Means over the MDPs for one alpha and one beta; rewards lie in [0, 1]. */
export interface SweepPoint {
  readonly alpha: number;
  readonly beta: number;
  readonly gaps: Readonly<Record<Decoder, Estimate>>;
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
  readonly transfer: {
    /** Each MDP counts once, with its mean over the crossings. */
    readonly all: TransferPoint;
    readonly byCrossing: readonly TransferPoint[];
  };
}

/** Gaps of indirect transfer, each estimated when it is asked for. */
export interface TransferPoint {
  rival(id: TransferRival): Estimate;
  gap(variant: TransferVariant): Estimate;
  /** Share of MDPs and crossings in which the first has the smaller gap; equal ones count half. */
  better(first: TransferVariant, second: TransferVariant): number;
}

const rounding = 1e-9;

/**
 * Enumerates the MDPs of one family.
 * @returns for each MDP and each beta, the measurements [alphas]
 */
export function* measure(
  options: SweepOptions,
  family: RewardFamily,
): Generator<readonly Measurement[]> {
  const { vocabularySize, horizon, alphas, betas, rollouts } = options;
  for (let mdp = 0; mdp < options.count; mdp += 1) {
    const seed = options.seed * 65_537 + mdp;
    const mdps = Array.from({ length: rewardCount }, (_, index) =>
      randomMdp(vocabularySize, horizon, seed, family, index),
    );
    // CD, ARGS and pi_SFT do not depend on beta.
    const towards = alphas.map((alpha) => mdps.map((each) => exactMethods(each, alpha, 1)));
    for (const beta of betas) {
      const draws = { count: rollouts, repeats, random: stream(seed, 'rollout', 0) };
      const trees = crossings.map(({ target, baseline }) =>
        transferTree(mdps[target]!, mdps[baseline]!, beta, draws),
      );
      yield alphas.map((alpha, index) => ({
        exact: exactMethods(mdps[0]!, alpha, beta),
        theorem: theorem1(mdps[0]!, alpha, beta),
        rivalGaps: crossings.map(({ target }, crossing) => {
          const { cd, 'args-sft': args, sft } = towards[index]![target]!;
          const dpo = baselineGap(trees[crossing]!);
          return { cd: cd.gap, 'args-sft': args.gap, sft: sft.gap, dpo };
        }),
        transferGaps: trees.map((tree) => decodeTransfer(tree, alpha)),
      }));
    }
  }
}

/** Summarises what `measure` returned; yields point by point, alpha first. */
export function* summarise(
  options: SweepOptions,
  measurements: readonly (readonly Measurement[])[],
): Generator<SweepPoint> {
  const { count, seed, alphas, betas } = options;
  const bootstrap = new Bootstrap(count, seed);
  for (const [betaIndex, beta] of betas.entries()) {
    const ofBeta = measurements.filter((_, index) => index % betas.length === betaIndex);
    for (const [alphaIndex, alpha] of alphas.entries()) {
      const here = ofBeta.map((each) => each[alphaIndex]!);
      yield { alpha, beta, ...summary(here, bootstrap) };
    }
  }
}

function summary(
  here: readonly Measurement[],
  bootstrap: Bootstrap,
): Omit<SweepPoint, 'alpha' | 'beta'> {
  const estimate = (of: (measurement: Measurement) => number): Estimate =>
    bootstrap.mean(here.map(of));
  const number = (holds: (measurement: Measurement) => boolean): number =>
    here.filter(holds).length;
  return {
    gaps: record(decoders, (id) => estimate(({ exact }) => exact[id].gap)),
    valueErrors: record(valueSources, (id) => estimate(({ exact }) => exact[id].valueError)),
    gapBound: estimate(({ theorem }) => theorem.gapBound),
    divergence: estimate(({ theorem }) => theorem.decodedDivergence),
    divergenceBound: estimate(({ theorem }) => theorem.divergenceBound),
    violations: number(({ theorem }) => isViolated(theorem)),
    better: record(['cd', 'args-sft'], (id) => number(({ exact }) => exact.tq.gap < exact[id].gap)),
    transfer: {
      all: transferPoint(here, bootstrap, [...crossings.keys()]),
      byCrossing: crossings.map((_, crossing) => transferPoint(here, bootstrap, [crossing])),
    },
  };
}

/** Whether a side of Theorem 1 exceeds its bound by more than rounding. */
export function isViolated(theorem: Theorem1): boolean {
  const { gap, gapBound, decodedDivergence, divergenceBound } = theorem;
  return gap > gapBound + rounding || decodedDivergence > divergenceBound + rounding;
}

function transferPoint(
  here: readonly Measurement[],
  bootstrap: Bootstrap,
  own: readonly number[],
): TransferPoint {
  const indexOf = ({ method, rollouts, choice }: TransferVariant): number =>
    transferVariants.findIndex(
      (each) => each.method === method && each.rollouts === rollouts && each.choice === choice,
    );
  const gapsOf = (variant: TransferVariant): number[][] =>
    here.map(({ transferGaps }) => own.map((each) => transferGaps[each]![indexOf(variant)]!));
  return {
    rival: (id) =>
      bootstrap.mean(here.map(({ rivalGaps }) => mean(own.map((each) => rivalGaps[each]![id])))),
    gap: (variant) => bootstrap.mean(gapsOf(variant).map(mean)),
    better(first, second) {
      const others = gapsOf(second).flat();
      const scores = gapsOf(first)
        .flat()
        .map((gap, index) => (gap === others[index]! ? 0.5 : Number(gap < others[index]!)));
      return mean(scores);
    },
  };
}

function record<Key extends string, T>(
  keys: readonly Key[],
  of: (key: Key) => T,
): Readonly<Record<Key, T>> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, T>;
}
