import { mean, quantile } from '../metrics/interval.ts';
import { methodOf, type SetupResult } from './analysis.ts';
import { endedByItself } from '../run/response.ts';
import { percent, share, type Cell, type Table } from './table.ts';

/** How rewards read a text, for every table that compares rewards. */
export const endedNote =
  'Every reward reads a text as it is: one that ended by itself with its end, one that was cut without. A reward model that was trained on whole answers says little of texts that were cut; see the share that ended.';

/** Mean and normalised reward of every method (figures 2, 5, 6 and 7 of the paper). */
export function rewardTable(results: readonly SetupResult[]): Table {
  const rows = results.flatMap((result) => {
    const { setup, main, bootstrap } = result;
    const baseline = methodOf(result, 'dpo');
    const reference = methodOf(result, 'sft');
    return main.map((each): Cell[] => [
      setup.id,
      each.variant.method,
      each.rewards.length,
      share(each.responses, endedByItself),
      bootstrap.mean(each.rewards),
      baseline ? bootstrap.ratio(each.rewards, baseline.rewards) : null,
      baseline && each !== baseline ? bootstrap.difference(each.rewards, baseline.rewards) : null,
      reference && each !== reference
        ? bootstrap.difference(each.rewards, reference.rewards)
        : null,
    ]);
  });
  return {
    id: 'rewards',
    title: 'Reward',
    notes: [
      'Mean target reward with 95% bootstrap intervals over prompts; normalised is the mean over that of dpo; differences are paired by prompt.',
      endedNote,
      ...results.flatMap(signNotes),
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Method' },
      { name: 'Prompts', digits: 0 },
      { name: 'Ended by itself' },
      { name: 'Reward', digits: 3 },
      { name: 'Normalised', digits: 3 },
      { name: 'Less dpo', digits: 3 },
      { name: 'Less sft', digits: 3 },
    ],
    rows,
  };
}

/** Notes on setups where the sign of a mean makes the normalised reward misleading. */
function signNotes(result: SetupResult): string[] {
  const baseline = methodOf(result, 'dpo');
  if (!baseline) {
    return [`${result.setup.id}: dpo is not among the methods, so nothing is normalised.`];
  }
  const base = mean(baseline.rewards);
  if (base > 0) {
    const negative = result.main.filter(({ rewards }) => mean(rewards) < 0);
    return negative.map(
      ({ variant }) =>
        `${result.setup.id}: the mean of ${variant.method} is negative and that of dpo positive, so its normalised reward is below 0.`,
    );
  }
  return [
    `${result.setup.id}: the mean of dpo is ${base.toFixed(3)}, not above 0, so a larger normalised reward is not better there; read the differences.`,
  ];
}

/** One reward's scores of some texts. */
export interface Distribution {
  readonly setup: string;
  readonly method: string;
  readonly reward: string;
  /** Whether the reward is the target or the baseline reward. */
  readonly role: 'target' | 'baseline';
  readonly scores: readonly number[];
  /** Share of the responses that ended by themselves. */
  readonly ended: number;
}

/** The shift of the reward distributions (figure 4a), in numbers. */
export function distributionTable(distributions: readonly Distribution[]): Table {
  return {
    id: 'distributions',
    title: 'Reward distributions',
    notes: [
      'Quantiles of the reward over the responses of a method, under the target reward and, in indirect setups, under the baseline reward.',
      endedNote,
    ],
    columns: [
      { name: 'Setup' },
      { name: 'Method' },
      { name: 'Reward' },
      { name: 'Role' },
      { name: 'Ended by itself' },
      ...['5%', '25%', '50%', '75%', '95%'].map((name) => ({ name, digits: 3 })),
      { name: 'Mean', digits: 3 },
    ],
    rows: distributions.map(({ setup, method, reward, role, scores, ended }) => {
      const sorted = [...scores].sort((a, b) => a - b);
      return [
        setup,
        method,
        reward,
        role,
        percent(ended),
        ...[0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantile(sorted, share)),
        mean(scores),
      ];
    }),
  };
}
