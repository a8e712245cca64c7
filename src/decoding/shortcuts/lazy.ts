import { exhaustiveStep } from '../exhaustive.ts';
import { keyOf, wins, type DrawnCandidate, type EstimateBounds } from '../ranking.ts';
import { Contest, type StepOutcome, type ValueCandidates } from '../step.ts';

/** A candidate with the upper bound of its key. */
export interface BoundedCandidate {
  readonly candidate: DrawnCandidate;
  readonly bound: number;
}

/** Candidates by falling upper bound of their keys; the first is the favourite. */
export function bestBoundFirst(
  candidates: readonly DrawnCandidate[],
  { high }: Pick<EstimateBounds, 'high'>,
  alpha: number,
): readonly BoundedCandidate[] {
  return candidates
    .map((candidate) => ({ candidate, bound: keyOf(candidate, high, alpha) }))
    .sort((a, b) => (wins(a.candidate, a.bound, b.candidate, b.bound) ? -1 : 1));
}

/** Whether the favourite wins for all possible estimates. */
export function isDecided(
  [favourite, second]: readonly BoundedCandidate[],
  { low }: Pick<EstimateBounds, 'low'>,
  alpha: number,
): boolean {
  if (favourite === undefined || second === undefined) return true;
  const { candidate } = favourite;
  return wins(candidate, keyOf(candidate, low, alpha), second.candidate, second.bound);
}

/** Options of a lazy step. */
export interface LazyStepOptions {
  readonly alpha: number;
  /** Bounds of every estimate; without them, no candidate is pruned. */
  readonly bounds: EstimateBounds | undefined;
  /** Most candidates valued at once after the favourite. */
  readonly batch: number;
}

/**
 * Makes the same choice as `exhaustiveStep` from fewer values (shortcut 3). It values the favourite
 * first, and then only candidates with an upper bound above the best key found, largest bound
 * first. It needs no value if the favourite's lower bound beats every other upper bound.
 * @param candidates at least one
 */
export async function lazyStep(
  candidates: readonly DrawnCandidate[],
  { alpha, bounds, batch }: LazyStepOptions,
  valueCandidates: ValueCandidates,
): Promise<StepOutcome> {
  if (candidates.length === 1) return skipped(candidates[0]!);
  if (bounds === undefined) return exhaustiveStep(candidates, alpha, valueCandidates);
  const ordered = bestBoundFirst(candidates, bounds, alpha);
  const favourite = ordered[0]!.candidate;
  if (isDecided(ordered, bounds, alpha)) return skipped(favourite);
  const contest = new Contest(alpha, valueCandidates);
  await contest.enter([favourite]);
  let entered = 1;
  for (;;) {
    const survivors = ordered
      .slice(entered, entered + batch)
      .filter(({ candidate, bound }) => contest.isBeatenBy(candidate, bound))
      .map(({ candidate }) => candidate);
    if (survivors.length === 0) return contest.outcome();
    await contest.enter(survivors);
    entered += survivors.length;
  }
}

function skipped(chosen: DrawnCandidate): StepOutcome {
  return { chosen, decision: 'skipped', valuations: new Map() };
}
