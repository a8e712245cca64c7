import type { GenerationOptionsInput } from '../protocol/options.ts';
import { requests } from '../protocol/requests.ts';
import { wrongUsage } from './parser/failure.ts';
import type { Session } from './session.ts';

/** Methods that use no reward. */
const plainMethods: readonly string[] = ['sft', 'dpo'];

/**
 * Requires a reward for a method that uses one.
 * @throws TqError invalidInput listing the rewards
 */
export async function requireReward(
  session: Session,
  { method = 'tq', reward }: GenerationOptionsInput,
): Promise<void> {
  if (reward !== undefined || plainMethods.includes(method)) return;
  const rewards = await listedRewards(session);
  throw wrongUsage(`The method ${method} needs --reward; the rewards are ${rewards}.`);
}

/** The ids of all rewards, as part of a sentence. */
export async function listedRewards({ engine }: Session): Promise<string> {
  const rewards = await engine.request(requests.listRewards, {});
  return rewards.map(({ id }) => id).join(', ');
}
