import { chooseValued } from '../choice.ts';
import { rolloutRoom } from '../options.ts';
import { meanValue } from '../value.ts';
import { writeSteps } from '../write-steps.ts';
import type { Method } from './method.ts';
import type { CandidateEstimate } from './traits.ts';

/** (10): the mean reward of the rollouts. */
export const meanOfRollouts: CandidateEstimate = {
  rollsOut: true,
  usesRewardBaseline: false,
  of: (rewards) => ({ value: meanValue(rewards), logMeanWeight: 0 }),
};

/**
 * A method that takes the argmax of log pi_ref(z|s) + value/alpha over the k most likely tokens, or
 * samples from its softmax, (12).
 */
export function valued(
  traits: Pick<Method, 'id' | 'title' | 'policy'> & {
    readonly estimate: CandidateEstimate;
  } & Partial<Pick<Method, 'score' | 'defaults' | 'minRollouts'>>,
): Method {
  const { estimate } = traits;
  return {
    score: 'log pi + mean of r / alpha',
    defaults: { rollout: 20, rollouts: 1 },
    ...traits,
    needsReward: true,
    comparesWithReference: true,
    branches: (options) =>
      estimate.rollsOut
        ? {
            count: options.rollouts * options.k,
            length: 1 + rolloutRoom(options, 0),
            options: 'k, rollouts or rollout',
          }
        : undefined,
    write: (run) => writeSteps(run, chooseValued),
  };
}
