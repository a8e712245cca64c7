import { divergence } from '../metrics/divergence.ts';
import { mean, type Estimate } from '../metrics/interval.ts';
import type { Measured } from '../metrics/measure.ts';
import { methodsOf, type SetupResult } from './analysis.ts';
import { heatMap } from './charts/heat-map.ts';
import { linePanel, type Series } from './charts/lines.ts';
import { colourClass } from './charts/style.ts';
import { panelsSvg } from './charts/svg.ts';
import type { Figure } from './report.ts';
import { positionsPerToken } from './text-tables.ts';

/** Reward, diversity and coherence for every k and alpha (figure 8). */
export function ablationFigure(results: readonly SetupResult[]): Figure {
  const measures = [
    ['reward', (each: Measured) => mean(each.rewards)],
    ['diversity', (each: Measured) => mean(each.repetitions.map(({ diversity }) => diversity))],
    ['coherence', (each: Measured) => mean(each.coherences)],
  ] as const;
  const panels = results.flatMap(({ setup, ablation }) =>
    methodsOf(ablation).flatMap((method) =>
      measures.map(([name, value]) =>
        heatMap({
          title: `${setup.id}, ${method}: ${name}`,
          columnName: 'alpha',
          rowName: 'k',
          digits: 3,
          cells: ablation
            .filter(({ variant }) => variant.method === method)
            .map((each) => ({
              column: each.variant.alpha!,
              row: each.variant.k!,
              value: value(each),
            })),
        }),
      ),
    ),
  );
  return {
    id: 'ablation',
    title: 'k and alpha.',
    notes: ['As figure 8 of the paper, with the reward added. Framed: the largest value.'],
    svg: panelsSvg('Reward, diversity and coherence for each k and alpha', panels),
  };
}

/** Reward against KL to the reference policy: a line over alpha for each k, a point per method. */
export function frontierFigure(results: readonly SetupResult[]): Figure {
  const panels = results.map(({ setup, main, ablation, bootstrap }) => {
    const place = (each: Measured): { x: Estimate | null; y: Estimate } => ({
      x: divergence(each, bootstrap),
      y: bootstrap.mean(each.rewards),
    });
    const points = (measured: readonly Measured[], name: (each: Measured) => string) =>
      measured.flatMap((each) => {
        const { x, y } = place(each);
        return x === null
          ? []
          : [{ x: x.value, y: y.value, low: y.low, high: y.high, label: name(each) }];
      });
    const lines = methodsOf(ablation).flatMap((method) => {
      const own = ablation.filter(({ variant }) => variant.method === method);
      const widest = Math.max(...own.map(({ variant }) => variant.k!));
      return [...new Set(own.map(({ variant }) => variant.k!))].map((k): Series => {
        const along = own.filter(({ variant }) => variant.k === k);
        return {
          label: `${method}, k ${k}`,
          style: colourClass(method),
          line: true,
          dashed: k !== widest,
          points: points(along, ({ variant }) => (k === widest ? `α ${variant.alpha!}` : '')),
        };
      });
    });
    const single = main.map((each): Series => ({
      label: each.variant.method,
      style: colourClass(each.variant.method),
      line: false,
      points: points([each], ({ variant }) => variant.method),
    }));
    return linePanel({
      title: setup.id,
      series: [...lines, ...single],
      x: { label: 'KL to the reference policy, nats a response', fromZero: true },
      y: { label: 'mean target reward' },
      legend: false,
    });
  });
  return {
    id: 'frontier',
    title: 'Reward against divergence.',
    notes: [
      'Up is more reward, left is closer to the reference policy. Lines: alpha from strong to weak for one k, solid for the largest k. Vertical lines: 95% intervals.',
    ],
    svg: panelsSvg('Mean reward against KL to the reference policy in each setup', panels),
  };
}

/** Reward against positions of the policies. */
export function costFigure(results: readonly SetupResult[]): Figure {
  const panels = results.map(({ setup, main, bootstrap }) =>
    linePanel({
      title: setup.id,
      series: main.map((each): Series => {
        const { value, low, high } = bootstrap.mean(each.rewards);
        const { method } = each.variant;
        const x = positionsPerToken(each);
        return {
          label: method,
          style: colourClass(method),
          line: false,
          points: [{ x, y: value, low, high, label: method }],
        };
      }),
      x: { label: 'policy positions a token', log: true },
      y: { label: 'mean target reward' },
      legend: false,
    }),
  );
  return {
    id: 'cost',
    title: 'Reward against cost.',
    notes: ['Positions that the policies read per written token, including prompts.'],
    svg: panelsSvg('Mean reward against policy positions a token in each setup', panels),
  };
}
