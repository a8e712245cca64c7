import { exhaustiveStep } from '../exhaustive.ts';
import { keyOf, wins, type DrawnCandidate } from '../ranking.ts';
import type { Range } from '../reward.ts';
import { Contest, type StepOutcome, type ValueCandidates } from '../step.ts';

/** A candidate with the largest key it can have. */
export interface BoundedCandidate {
  readonly candidate: DrawnCandidate;
  readonly bound: number;
}

/** Candidates by falling upper bound of their keys; the first is the favourite. */
export function bestBoundFirst(
  candidates: readonly DrawnCandidate[],
  [, high]: Range,
  alpha: number,
): readonly BoundedCandidate[] {
  return candidates
    .map((candidate) => ({ candidate, bound: keyOf(candidate, high, alpha) }))
    .sort((a, b) => (wins(a.candidate, a.bound, b.candidate, b.bound) ? -1 : 1));
}

/** Whether the favourite wins whatever the values are. */
export function isDecided(
  [favourite, second]: readonly BoundedCandidate[],
  [low]: Range,
  alpha: number,
): boolean {
  if (favourite === undefined || second === undefined) return true;
  const { candidate } = favourite;
  return wins(candidate, keyOf(candidate, low, alpha), second.candidate, second.bound);
}

/** What a lazy step needs to know beside the candidates. */
export interface LazyStepOptions {
  readonly alpha: number;
  /** Bounds of the value; without them nothing can be pruned. */
  readonly range: Range | undefined;
  /** Most candidates valued at once after the favourite. */
  readonly batch: number;
}

/**
 * The same choice as `exhaustiveStep` for fewer values (shortcut 3). The favourite, first by upper
 * bound of its key, is valued first; after it only those whose upper bound still beats the best key
 * found, best bound first. No value is needed at all when the favourite's lower bound beats every
 * upper bound.
 * @param candidates at least one
 */
export async function lazyStep(
  candidates: readonly DrawnCandidate[],
  { alpha, range, batch }: LazyStepOptions,
  valueCandidates: ValueCandidates,
): Promise<StepOutcome> {
  if (candidates.length === 1) return skipped(candidates[0]!);
  if (range === undefined) return exhaustiveStep(candidates, alpha, valueCandidates);
  const ordered = bestBoundFirst(candidates, range, alpha);
  const favourite = ordered[0]!.candidate;
  if (isDecided(ordered, range, alpha)) return skipped(favourite);
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
