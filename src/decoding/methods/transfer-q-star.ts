import { logMeanWeight, selfNormalisedValue } from '../value.ts';
import { meanOfRollouts, valued } from './valued.ts';

/** Direct Transfer Q*, (10) to (12): pi_BL was aligned to the target reward. */
export const transferQStar = valued({
  id: 'tq',
  title: 'Transfer Q*',
  policy: 'baseline',
  estimate: meanOfRollouts,
});

/** Direct transfer, (10) to (12), although pi_BL was not aligned to the target reward. */
export const directTransfer = valued({
  id: 'dt',
  title: 'Direct transfer',
  policy: 'baseline',
  estimate: meanOfRollouts,
});

/**
 * Indirect Transfer Q*, (15) to (17): pi_BL was aligned to another reward, r_BL. The reference
 * policy of (17) is derived from rho_r of (15), so that log pi_ref = log pi_BL + log of the mean
 * weight, or is pi_BL itself, as in the authors' code.
 */
export const indirectTransferQStar = valued({
  id: 'tq-indirect',
  title: 'Indirect Transfer Q*',
  policy: 'baseline',
  score: 'log pi + log mean weight + self-normalised mean of r / alpha',
  defaults: { rollout: 5, rollouts: 4 },
  minRollouts: ({ indirectReference }) =>
    indirectReference === 'derived'
      ? undefined
      : {
          count: 2,
          reason: 'because with one rollout the weight in (16) cancels, and that is the method dt',
        },
  estimate: {
    rollsOut: true,
    usesRewardBaseline: true,
    of: (rewards, baselineRewards, { beta, indirectReference }) => ({
      value: selfNormalisedValue(rewards, baselineRewards!, beta),
      logMeanWeight:
        indirectReference === 'derived' ? logMeanWeight(rewards, baselineRewards!, beta) : 0,
    }),
  },
});
