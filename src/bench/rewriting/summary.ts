import { Bootstrap, mean, type Estimate } from '../../evaluation/metrics/interval.ts';
import type { RewritingMethod } from '../../cli/parser/bench.ts';
import type { RewriteRun } from './measure.ts';
import { verdicts, type FaultKind, type Verdict } from './verdict.ts';

/** Figures of one arm over some drafts. Shares are in [0, 1]; null where no draft changed. */
export interface ArmSummary {
  readonly arm: RewritingMethod;
  readonly drafts: number;
  readonly changed: number;
  readonly shares: Readonly<Record<Verdict, number>>;
  /** Share of the changed drafts that say every fact. */
  readonly factsKept: number | null;
  /** Share of the changed drafts with markup and protected bytes as they were. */
  readonly markupWhole: number | null;
  readonly length: number | null;
  readonly meaning: number | null;
  readonly before: number | null;
  readonly after: number | null;
  /** Means per draft. */
  readonly seconds: number;
  readonly positions: number;
  /** The same shares of all units. */
  readonly units: number;
  readonly unitShares: Readonly<Record<Verdict, number>>;
}

const lostFacts: readonly FaultKind[] = ['facts', 'listed facts'];

export function summarise(arm: RewritingMethod, runs: readonly RewriteRun[]): ArmSummary {
  const own = runs.filter((run) => run.arm === arm);
  const changed = own.filter(({ verdict }) => verdict !== 'kept');
  const units = own.flatMap((run) => run.units.map(({ verdict }) => verdict));
  return {
    arm,
    drafts: own.length,
    changed: changed.length,
    shares: sharesOf(own.map(({ verdict }) => verdict)),
    factsKept: shareOf(changed, (run) => !hasFault(run, lostFacts)),
    markupWhole: shareOf(changed, (run) => !hasFault(run, ['markup', 'bytes'])),
    length: meanOf(changed.map(({ length }) => length)),
    meaning: meanOf(changed.map(({ meaning }) => meaning)),
    before: meanOf(changed.map(({ reward }) => reward?.before ?? null)),
    after: meanOf(changed.map(({ reward }) => reward?.after ?? null)),
    seconds: mean(own.map(({ seconds }) => seconds)),
    positions: mean(own.map(({ positions }) => positions)),
    units: units.length,
    unitShares: sharesOf(units),
  };
}

/** What one arm has more than another, per draft, with 95% intervals of a paired bootstrap. */
export interface ArmDifference {
  readonly accepted: Estimate;
  /** Of drafts without a lost fact; a kept draft lost none. */
  readonly factsKept: Estimate;
  /** Of the reward gained; a kept draft gained none. */
  readonly gain: Estimate;
}

const seed = 19;

/** @returns undefined unless both arms rewrote the same drafts */
export function difference(
  arm: RewritingMethod,
  other: RewritingMethod,
  runs: readonly RewriteRun[],
): ArmDifference | undefined {
  const first = runs.filter((run) => run.arm === arm);
  const second = first.flatMap(({ draft }) =>
    runs.filter((run) => run.arm === other && run.draft.id === draft.id),
  );
  if (first.length === 0 || second.length !== first.length) return undefined;
  const bootstrap = new Bootstrap(first.length, seed);
  const of = (figure: (run: RewriteRun) => number): Estimate =>
    bootstrap.difference(first.map(figure), second.map(figure));
  return {
    accepted: of(({ verdict }) => Number(verdict === 'accepted')),
    factsKept: of((run) => Number(!hasFault(run, lostFacts))),
    gain: of((run) => run.gain),
  };
}

/** How many drafts of an arm have a fault of each kind. */
export function faultCounts(
  arm: RewritingMethod,
  runs: readonly RewriteRun[],
  kinds: readonly FaultKind[],
): readonly { readonly kind: FaultKind; readonly drafts: number }[] {
  const own = runs.filter((run) => run.arm === arm);
  return kinds.map((kind) => ({
    kind,
    drafts: own.filter((run) => hasFault(run, [kind])).length,
  }));
}

function hasFault({ faults, units }: RewriteRun, kinds: readonly FaultKind[]): boolean {
  return [...faults, ...units.flatMap((unit) => unit.faults)].some(({ kind }) =>
    kinds.includes(kind),
  );
}

function sharesOf(found: readonly Verdict[]): Record<Verdict, number> {
  const share = (verdict: Verdict): number =>
    found.filter((each) => each === verdict).length / Math.max(1, found.length);
  return Object.fromEntries(verdicts.map((each) => [each, share(each)])) as Record<Verdict, number>;
}

function shareOf<T>(list: readonly T[], test: (each: T) => boolean): number | null {
  return list.length === 0 ? null : list.filter(test).length / list.length;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}
