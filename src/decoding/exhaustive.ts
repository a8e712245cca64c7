import type { DrawnCandidate } from './ranking.ts';
import { Contest, type StepOutcome, type ValueCandidates } from './step.ts';

/**
 * One step of Algorithm 1 as written: it values every candidate, and the largest score (plus noise
 * when sampling) wins. The shortcuts must choose the same token.
 * @param candidates at least one
 */
export async function exhaustiveStep(
  candidates: readonly DrawnCandidate[],
  alpha: number,
  valueCandidates: ValueCandidates,
): Promise<StepOutcome> {
  const contest = new Contest(alpha, valueCandidates);
  await contest.enter(candidates);
  return contest.outcome();
}
