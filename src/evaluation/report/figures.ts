import type { Measured } from '../metrics/measure.ts';
import { mean, type Estimate } from '../metrics/interval.ts';
import { barPanel, type Bar } from './charts/bars.ts';
import { ridgePanel } from './charts/ridges.ts';
import { colourClass } from './charts/style.ts';
import { panelsSvg } from './charts/svg.ts';
import { methodOf, ownOf, type SetupResult } from './analysis.ts';
import type { Figure } from './report.ts';
import { endedNote, type Distribution } from './reward-tables.ts';
import { percent } from './table.ts';

/** Bars of each method's reward, normalised if the mean of dpo is above 0 (figures 2, 5, 6, 7). */
export function rewardFigure(results: readonly SetupResult[]): Figure {
  const panels = results.map((result) => {
    const baseline = methodOf(result, 'dpo');
    const normalised = baseline !== undefined && mean(baseline.rewards) > 0;
    const { setup, main, bootstrap } = result;
    const bars = main.map((each) =>
      barOf(
        each,
        normalised ? bootstrap.ratio(each.rewards, baseline.rewards) : bootstrap.mean(each.rewards),
      ),
    );
    const axis = normalised ? 'mean reward / mean reward of dpo' : 'mean reward';
    return { title: setup.id, bars, axis };
  });
  return {
    id: 'rewards',
    title: 'Reward of each method.',
    notes: ['As figures 2 and 5 of the paper. Lines: 95% intervals over prompts.'],
    svg: panelsSvg(
      'Reward of each method in each setup',
      panels.map((panel) => barPanel({ ...panel, domain: extent(panel.bars), digits: 3 })),
    ),
  };
}

/** Diversity and coherence of each method (figure 3). */
export function qualityFigure(results: readonly SetupResult[]): Figure {
  const measures = [
    ['diversity', (each: Measured) => each.repetitions.map(({ diversity }) => diversity)],
    ['coherence', (each: Measured) => each.coherences],
  ] as const;
  const panels = results.flatMap(({ setup, main, bootstrap }) =>
    measures.flatMap(([axis, values]) => {
      const bars = main.flatMap((each) => {
        const own = values(each);
        return own ? [barOf(each, bootstrap.mean(own))] : [];
      });
      if (bars.length === 0) return [];
      return barPanel({ title: setup.id, axis, bars, domain: extent(bars), digits: 3 });
    }),
  );
  return {
    id: 'quality',
    title: 'Diversity and coherence of each method.',
    notes: ['As figure 3 of the paper. Coherence is left out where it is not claimed.'],
    svg: panelsSvg('Diversity and coherence of each method in each setup', panels),
  };
}

/** The shift of the reward distributions (figure 4a), and the target reward by method. */
export function distributionFigure(
  results: readonly SetupResult[],
  distributions: readonly Distribution[],
): Figure {
  const panels = results.flatMap((result) => {
    const { setup } = result;
    const own = distributions.filter(({ setup: id }) => id === setup.id);
    const shift = own.filter(({ role }) => role === 'baseline');
    const methods = ['sft', 'dpo', ownOf(result)?.variant.method];
    const target = own.filter(({ role, method }) => role === 'target' && methods.includes(method));
    const ended = ({ ended: part }: Distribution): string => `${percent(part)} ended`;
    const shown = shift.flatMap((baseline) => {
      const same = own.find(({ role, method }) => role === 'target' && method === baseline.method);
      return same ? [same, baseline] : [baseline];
    });
    return [
      ...(shown.length > 0
        ? [
            ridgePanel(
              `${setup.id}: both rewards of ${shown[0]!.method}'s responses (${ended(shown[0]!)})`,
              'reward',
              shown.map(({ role, reward, scores }) => ({
                label: shortened(`${role}: ${reward}`),
                style: colourClass(role),
                values: scores,
              })),
            ),
          ]
        : []),
      ridgePanel(
        `${setup.id}: ${setup.reward} by method`,
        'target reward',
        target.map((each) => ({
          label: `${each.method}, ${ended(each)}`,
          style: colourClass(each.method),
          values: each.scores,
        })),
      ),
    ];
  });
  return {
    id: 'distributions',
    title: 'Distributions of rewards.',
    notes: [
      'As figure 4a of the paper: the shift between baseline reward and target reward, and the target reward by method. Small lines are responses, the dark line is the median.',
      endedNote,
    ],
    svg: panelsSvg('Distributions of rewards in each setup', panels),
  };
}

function barOf({ variant }: Measured, { value, low, high }: Estimate): Bar {
  return { label: variant.method, style: colourClass(variant.method), value, low, high };
}

function extent(bars: readonly Bar[]): [number, number] {
  return [Math.min(...bars.map(({ low }) => low)), Math.max(...bars.map(({ high }) => high))];
}

/** Shortens a label to fit a drawing; the tables have the full text. */
export function shortened(text: string, max = 21): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
