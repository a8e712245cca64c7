import { choosePlain } from '../choice.ts';
import { writeSteps } from '../write-steps.ts';
import type { Method } from './method.ts';

/** Tokens of one policy without any reward: its argmax, or samples of its distribution. */
function plain(traits: Pick<Method, 'id' | 'title' | 'policy'>): Method {
  return {
    ...traits,
    score: 'log pi',
    needsReward: false,
    comparesWithReference: true,
    defaults: { rollout: 20, rollouts: 1 },
    estimate: undefined,
    branches: () => undefined,
    write: (run) => writeSteps(run, choosePlain),
  };
}

/** pi_SFT itself. */
export const sft = plain({ id: 'sft', title: 'Reference policy (SFT)', policy: 'reference' });

/** pi_BL itself. */
export const dpo = plain({ id: 'dpo', title: 'Baseline policy (DPO)', policy: 'baseline' });
