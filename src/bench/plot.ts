import { linePanel, type Series } from '../evaluation/report/charts/lines.ts';
import { colourClass, standAlone } from '../evaluation/report/charts/style.ts';
import { panelsSvg } from '../evaluation/report/charts/svg.ts';
import { rewardKindNames, type Table } from './cases.ts';
import type { CaseMeasurement, GridReport } from './grid.ts';

/** Cost of exact TQ* over plain decoding by R/alpha, k, H and prompt, as an SVG file. */
export function pricePlot({ cases }: GridReport): string {
  const panel = (
    title: string,
    axis: string,
    table: Table,
    place: (measured: CaseMeasurement) => number,
    log = false,
  ) =>
    linePanel({
      title,
      x: { label: axis, log },
      y: { label: 'time per token over plain', fromZero: true },
      legend: true,
      series: rewardKindNames.map((kind): Series => {
        const own = cases.filter((each) => each.kind === kind && each.tables.includes(table));
        return {
          label: `${kind} reward`,
          style: colourClass(kind),
          line: true,
          points: own
            .filter(({ ratio }) => table === 'strength' || ratio === 4)
            .map((each) => ({
              x: place(each),
              y: each.meanRatio,
              low: each.ratioToPlain.min,
              high: each.ratioToPlain.max,
            }))
            .sort((a, b) => a.x - b.x),
        };
      }),
    });
  return standAlone(
    panelsSvg('What exact TQ* costs over plain decoding', [
      panel('Strength', 'R/alpha', 'strength', ({ ratio }) => ratio),
      panel('Candidates', 'k (R/alpha 4)', 'candidates', ({ options }) => options.k!),
      panel('Rollouts', 'H (R/alpha 4)', 'rollout', ({ options }) => options.rollout!),
      panel('Prompt', 'tokens of the prompt (R/alpha 4)', 'prompt', (c) => c.promptLength, true),
    ]),
  );
}
