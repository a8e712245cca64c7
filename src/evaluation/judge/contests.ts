import { ownOf, type SetupResult } from '../report/analysis.ts';
import type { EvaluationProgress } from '../run/progress.ts';
import { endedByItself } from '../run/response.ts';
import { addUsage, noUsage, type Contest, type Judge, type Outcome, type Usage } from './judge.ts';

/** Results of a setup's TQ* against one other method. */
export interface Tally {
  readonly setup: string;
  readonly own: string;
  readonly other: string;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** 1 for a win or a tie, 0 for a loss; without unreadable contests. */
  readonly winTies: readonly number[];
}

/** The results of a judge. */
export interface Judgement {
  readonly judge: string;
  readonly notes: readonly string[];
  readonly tallies: readonly Tally[];
  readonly asked: number;
  readonly remembered: number;
  readonly unreadable: number;
  readonly usage: Usage;
}

/** Has a judge compare every setup's TQ* with each other method, on every prompt. */
export async function judgeAll(
  judge: Judge,
  results: readonly SetupResult[],
  progress: EvaluationProgress,
  signal: AbortSignal,
): Promise<Judgement> {
  const pairings = results.flatMap(pairingsOf);
  const contests = pairings.flatMap((pairing) => pairing.contests);
  await judge.prepare?.(contests);
  const total = { asked: 0, remembered: 0, unreadable: 0, usage: noUsage };
  progress.stage(`Judging by ${judge.name}`, contests.length);
  const start = performance.now();
  let done = 0;
  const tallies: Tally[] = [];
  for (const { contests: own, ...names } of pairings) {
    const outcomes = { win: 0, tie: 0, loss: 0, unreadable: 0 };
    const winTies: number[] = [];
    for (const contest of own) {
      const verdict = await judge.decide(contest, signal);
      outcomes[verdict.outcome] += 1;
      if (verdict.outcome !== 'unreadable') winTies.push(verdict.outcome === 'loss' ? 0 : 1);
      total.asked += verdict.asked;
      total.remembered += verdict.remembered;
      total.unreadable += verdict.unreadable;
      total.usage = addUsage(total.usage, verdict.usage);
      done += 1;
      const seconds = (performance.now() - start) / 1000;
      progress.update(done, (seconds / done) * (contests.length - done));
    }
    tallies.push({ ...names, outcomes, winTies });
  }
  progress.end();
  return { judge: judge.name, notes: judge.notes ?? [], tallies, ...total };
}

interface Pairing {
  readonly setup: string;
  readonly own: string;
  readonly other: string;
  readonly contests: readonly Contest[];
}

function pairingsOf(result: SetupResult): Pairing[] {
  const own = ownOf(result);
  if (!own) return [];
  const { setup, main } = result;
  return main
    .filter((each) => each !== own)
    .map((other) => ({
      setup: setup.id,
      own: own.variant.method,
      other: other.variant.method,
      contests: setup.prompts.map((prompt, index) => {
        const [first, second] = [own.responses[index]!, other.responses[index]!];
        return {
          prompt,
          policy: setup.policy,
          first: first.text,
          second: second.text,
          ended: { first: endedByItself(first), second: endedByItself(second) },
        };
      }),
    }));
}
