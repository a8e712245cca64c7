import type { GraphSession } from '../../engine/exports/bench.ts';
import { median } from '../statistics.ts';
import { GraphText, type TimedRun } from './graph-text.ts';
import type { Finding } from './lines.ts';
import type { GpuSize } from './sizes.ts';

type Timing = Pick<GpuSize, 'times' | 'warmUps' | 'depth'>;

/** Times prefill, runs of whole branches, and one new token on each branch, after one prefix. */
export async function timeGraph(
  session: GraphSession,
  prefix: number,
  branches: readonly number[],
  { times, warmUps, depth }: Timing,
  tell: (finding: Finding) => void,
): Promise<void> {
  const rounds = warmUps + times;
  const reads: TimedRun[] = [];
  let text = new GraphText(session, prefix);
  reads.push(await text.prefill());
  while (reads.length < rounds) {
    text.dispose();
    text = new GraphText(session, prefix);
    reads.push(await text.prefill());
  }
  tell({ what: 'prompt', prefix, ...middleOf(reads.slice(warmUps)) });
  for (const count of branches) {
    const runs: TimedRun[] = [];
    while (runs.length < rounds) runs.push(await text.runBranches(count, depth));
    tell({ what: 'branches', prefix, branches: count, depth, ...middleOf(runs.slice(warmUps)) });
    const next = await text.runNextTokens(count, depth, rounds);
    tell({ what: 'next token', prefix, branches: count, depth, ...middleOf(next.slice(warmUps)) });
  }
  text.dispose();
}

/** The median time; bytes and positions are the same in every run. */
function middleOf(runs: readonly TimedRun[]): Finding {
  const ms = median(runs.map((run) => run.ms));
  const { positions, up, down } = runs.at(-1)!;
  return { ms, positions, perSecond: (1000 * positions) / ms, up, down };
}
