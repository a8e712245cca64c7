import type { Judgement } from '../judge/contests.ts';
import { Bootstrap } from '../metrics/interval.ts';
import type { Cell, Table } from './table.ts';

/** Win-tie rates of TQ* against each other method (table 2). */
export function winTieTable({ judge, tallies, ...work }: Judgement, seed: number): Table {
  const { asked, remembered, unreadable, usage } = work;
  const asks = asked + remembered > 0;
  return {
    id: 'win-tie',
    title: `Win-tie, judged by ${judge}`,
    notes: [
      asks
        ? `${judge} rated both responses from 1 to 10, once in each order; the larger sum wins. Equal texts are ties without a question.`
        : `The response with the higher score by ${judge} wins. It scores each response alone, so there is one order and no unreadable reply.`,
      'Win-tie: wins and ties over the readable contests, with the 95% interval over prompts.',
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
    ],
    rows: tallies.map(({ setup, own, other, outcomes, winTies }): Cell[] => [
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
    ]),
  };
}
