import type { Preset } from '../protocol/rewriting.ts';
import type { Kept } from './checks/check.ts';
import type { Score, UnitWriter } from './unit-writer.ts';

/** A gain below this is rounding. */
const leastGain = 1e-6;

/** Whether a text must raise its reward: one of the request is a wish, which a text may miss. */
export function mustRise({ reward }: Preset): boolean {
  return reward !== undefined && reward !== null;
}

/** Why a text that does not raise the preset's reward is not offered. */
export function notBetter(
  { writer, preset }: { readonly writer: UnitWriter; readonly preset: Preset },
  before: Score,
  after: Score,
): Kept | undefined {
  if (!mustRise(preset) || before.asked === null || after.asked === null) return undefined;
  if (after.asked - before.asked > leastGain) return undefined;
  const values = `${after.asked.toFixed(2)}, the draft ${before.asked.toFixed(2)}`;
  return {
    reason: 'not-better',
    text: `The new text is not better by ${writer.rewardName ?? 'the reward'}: it has ${values}.`,
  };
}
