import type { Judgement } from '../judge/contests.ts';
import { Bootstrap } from '../metrics/interval.ts';
import { holm, signTest } from '../metrics/significance.ts';
import type { Cell, Table } from './table.ts';

/** Win-tie rates of TQ* against each other method (table 2). */
export function winTieTable({ judge, notes, tallies, ...work }: Judgement, seed: number): Table {
  const { asked, remembered, unreadable, usage } = work;
  const asks = asked + remembered > 0;
  const corrected = holm(tallies.map(({ outcomes }) => signTest(outcomes.win, outcomes.loss)));
  return {
    id: 'win-tie',
    title: `Win-tie, judged by ${judge}`,
    notes: [
      asks
        ? `${judge} rated both responses from 1 to 10, once in each order; the larger sum wins. Equal texts are ties without a question.`
        : `The response with the higher score by ${judge} wins. It scores each response alone, so there is one order and no unreadable reply.`,
      'Win-tie: wins and ties over the readable contests, with the 95% interval over prompts. Sampled texts are judged with their first seed.',
      `Verdict: the sign test of wins against losses, after Holm's correction for the ${tallies.length} comparisons of this table, at 0.05.`,
      ...notes,
      ...(asks
        ? [
            `Replies: ${asked} from this run, ${remembered} from earlier runs, ${unreadable} unreadable. Tokens of this run: ${usage.promptTokens} in (${usage.cachedTokens} cached by the endpoint), ${usage.completionTokens} out.`,
          ]
        : []),
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Ours' },
      { name: 'Against' },
      { name: 'Judge' },
      { name: 'Win-tie %', digits: 1 },
      { name: 'Wins', digits: 0 },
      { name: 'Ties', digits: 0 },
      { name: 'Losses', digits: 0 },
      { name: 'Unreadable', digits: 0 },
      { name: 'Holm', digits: 4 },
      { name: 'Verdict' },
    ],
    rows: tallies.map(({ setup, own, other, outcomes, winTies }, index): Cell[] => [
      setup,
      own,
      other,
      judge,
      winTies.length === 0
        ? null
        : new Bootstrap(winTies.length, seed).mean(winTies.map((each) => 100 * each)),
      outcomes.win,
      outcomes.tie,
      outcomes.loss,
      outcomes.unreadable,
      corrected[index]!,
      corrected[index]! >= 0.05 ? 'not certain' : outcomes.win > outcomes.loss ? 'more' : 'fewer',
    ]),
  };
}
