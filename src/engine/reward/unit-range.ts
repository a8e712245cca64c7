import type { Range } from '../../decoding/reward.ts';

/** The range of every reward that needs no calibration. */
export const unitRange: Range = [0, 1];

/** The nearest number in [0, 1]. */
export function toUnitInterval(value: number): number {
  return Math.min(1, Math.max(0, value));
}
