import type { DecodingPlan } from '../plan.ts';
import type { Candidate } from '../policy.ts';
import { keyOf, type DrawnCandidate, type EstimateBounds } from '../ranking.ts';
import type { Choice } from '../step.ts';

/**
 * How far, in nats, the chosen token is ahead of every other candidate. A candidate without a value
 * counts with its upper bound, and the chosen one with its lower bound, so the lead is at least
 * this. Infinite without another candidate; undefined if the token was sampled from a policy.
 */
export function leadOf(choice: Choice, { options, bounds }: DecodingPlan): number | undefined {
  const { chosen, candidates, outcome } = choice;
  const others = candidates.filter(({ token }) => token !== chosen.token);
  if (outcome === undefined) {
    if (options.temperature > 0 || candidates.length === 0) return undefined;
    return chosen.logProb - Math.max(...others.map(({ logProb }) => logProb));
  }
  const key = (candidate: Candidate, side: keyof EstimateBounds): number => {
    const estimate = outcome.valuations.get(candidate.token) ?? bounds?.[side];
    return estimate === undefined ? NaN : keyOf(drawn(candidate), estimate, options.alpha);
  };
  return key(chosen, 'low') - Math.max(...others.map((other) => key(other, 'high')));
}

function drawn(candidate: Candidate | DrawnCandidate): DrawnCandidate {
  return 'noise' in candidate ? candidate : { ...candidate, noise: 0 };
}
