import { describeMachine } from '../machine.ts';
import type { Report } from '../report/report.ts';
import { boundSection } from './bound-section.ts';
import type { FamilySweep } from './family-sweep.ts';
import { gapSection } from './gap-section.ts';
import type { SweepOptions } from './sweep.ts';
import { transferSection } from './transfer-section.ts';

/** Figure 1's claim, both readings of (17) and both bounds of Theorem 1, by exact enumeration. */
export async function theoryReport(
  options: SweepOptions,
  sweeps: readonly FamilySweep[],
  command: string,
  folder: string,
): Promise<Report> {
  const { count, vocabularySize, horizon, seed } = options;
  const { cpu, platform, commit, date } = await describeMachine(folder);
  return {
    title: 'Theory: exact gaps and bounds on small MDPs',
    facts: [
      ['Command', command],
      [
        'MDPs',
        `${count} random ones for each family of rewards, vocabulary ${vocabularySize}, at most ${horizon} tokens, rewards in [0, 1], seed ${seed}; every response is enumerated, and only what is marked with n uses drawn rollouts`,
      ],
      ['Machine', `${cpu}, ${platform}`],
      ['Commit', commit],
      ['Date', date],
    ],
    sections: [
      ...sweeps.map(gapSection),
      ...sweeps.map(transferSection),
      ...sweeps.map(boundSection),
    ],
  };
}
