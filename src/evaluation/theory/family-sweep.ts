import type { RewardFamily } from './random-mdp.ts';
import type { SweepPoint } from './sweep.ts';

/** What reports call the families. */
export const familyNames: Readonly<Record<RewardFamily, string>> = {
  features: 'rewards of features',
  independent: 'independent rewards',
};

/** All points of the sweep over the MDPs of one family of rewards. */
export interface FamilySweep {
  readonly family: RewardFamily;
  /** Ends the names of the family's files. */
  readonly suffix: string;
  readonly count: number;
  /** n of the drawn rollouts. */
  readonly rollouts: number;
  readonly points: readonly SweepPoint[];
}
