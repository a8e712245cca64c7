import type { Reward } from '../../../decoding/reward.ts';
import { TqError } from '../../../protocol/errors.ts';
import { createReward } from './create-reward.ts';

/** Stands for a causal reward model, which is not loaded to see what else a reward reads. */
const unloaded: Reward = {
  id: 'unloaded',
  range: undefined,
  open: () => {
    throw new TypeError('A reward that was only looked at cannot score.');
  },
};

/**
 * Ids of the shipped models that a reward reads besides causal reward models, such as
 * all-minilm-l6-v2 for keeps-meaning. A reward that cannot be made reads none.
 * @param spec an id, an expression or a path
 * @param causalRewards ids of the causal reward models that ship
 */
export async function shippedModelsOf(
  spec: string,
  modelsFolder: string,
  causalRewards: readonly string[],
): Promise<ReadonlySet<string>> {
  const models = new Set<string>();
  const verifyModel = (id: string): Promise<void> => {
    models.add(id);
    return Promise.resolve();
  };
  try {
    await createReward(spec, {
      modelsFolder,
      verifyModel,
      createCausal: () => Promise.resolve(unloaded),
      causalRewards: causalRewards.map((id) => ({ id })),
    });
  } catch (error) {
    // The engine says what is wrong with the reward before a text is written.
    if (!(error instanceof TqError)) throw error;
  }
  return models;
}
