import { divergence } from '../metrics/divergence.ts';
import { mean } from '../metrics/interval.ts';
import type { Measured } from '../metrics/measure.ts';
import { methodsOf, type SetupResult } from './analysis.ts';
import { heatMap } from './charts/heat-map.ts';
import { linePanel, type Point, type Series } from './charts/lines.ts';
import { colourClass } from './charts/style.ts';
import { panelsSvg } from './charts/svg.ts';
import type { Figure } from './report.ts';
import { positionsPerToken } from './text-tables.ts';

/** Reward, diversity and coherence for every k and alpha (figure 8). */
export function ablationFigure(results: readonly SetupResult[]): Figure {
  const measures = [
    ['reward', (each: Measured) => mean(each.rewards)],
    ['diversity', (each: Measured) => mean(each.repetitions.map(({ diversity }) => diversity))],
    ['coherence', (each: Measured) => each.coherences && mean(each.coherences)],
  ] as const;
  const panels = results.flatMap(({ setup, ablation }) =>
    methodsOf(ablation).flatMap((method) =>
      measures.flatMap(([name, value]) => {
        const cells = ablation
          .filter(({ variant }) => variant.method === method)
          .flatMap((each) => {
            const own = value(each);
            const { alpha, k } = each.variant;
            return own === null ? [] : [{ column: alpha!, row: k!, value: own }];
          });
        const title = `${setup.id}, ${method}: ${name}`;
        return cells.length === 0
          ? []
          : [heatMap({ title, columnName: 'alpha', rowName: 'k', digits: 3, cells })];
      }),
    ),
  );
  return {
    id: 'ablation',
    title: 'k and alpha.',
    notes: ['As figure 8 of the paper, with the reward added. Framed: the largest value.'],
    svg: panelsSvg('Reward, diversity and coherence for each k and alpha', panels),
  };
}

/** Reward against KL to the reference policy: lines over alpha and N, a point for other methods. */
export function frontierFigure(results: readonly SetupResult[]): Figure {
  const panels = results.map((result) =>
    linePanel({
      title: result.setup.id,
      series: seriesOf(result, (each) => divergence(each, result.bootstrap)?.value),
      x: { label: 'KL to the reference policy, nats a response', fromZero: true },
      y: { label: 'mean target reward' },
      legend: result.ablation.length + result.bestOf.length > 0,
    }),
  );
  return {
    id: 'frontier',
    title: 'Reward against divergence.',
    notes: [
      `Up is more reward, left is closer to the reference policy; a vertical line through the figure compares methods at equal KL. ${lineNote} KL is that of the softmax policy along the text, at its lower bound where it is not exact; that of bon is the bound log N - (N - 1)/N of KL(best-of-N || reference policy), so its true place is there or further left. bon-dpo has no such bound to the reference policy and is not drawn.`,
    ],
    svg: panelsSvg('Mean reward against KL to the reference policy in each setup', panels),
  };
}

/** Reward against positions of the policies: the same lines and points. */
export function costFigure(results: readonly SetupResult[]): Figure {
  const panels = results.map((result) =>
    linePanel({
      title: result.setup.id,
      series: seriesOf(result, positionsPerToken),
      x: { label: 'policy positions a token', log: true },
      y: { label: 'mean target reward' },
      legend: result.ablation.length + result.bestOf.length > 0,
    }),
  );
  return {
    id: 'cost',
    title: 'Reward against cost.',
    notes: [
      `Positions that the policies read per written token, including prompts; a vertical line through the figure compares methods at equal compute. ${lineNote}`,
    ],
    svg: panelsSvg('Mean reward against policy positions a token in each setup', panels),
  };
}

const lineNote =
  'Lines: alpha from strong to weak for one k, solid for the largest k, and N of best-of-N; their ends are named. Vertical lines: 95% intervals.';

/** Every method of a setup, each where `x` places it; undefined leaves a point out. */
function seriesOf(
  { main, ablation, bestOf, bootstrap }: SetupResult,
  x: (each: Measured) => number | undefined,
): Series[] {
  /** Names the first and the last point of a line: names of all would cover each other. */
  const points = (measured: readonly Measured[], name: (each: Measured) => string): Point[] =>
    measured.flatMap((each, index) => {
      const place = x(each);
      if (place === undefined) return [];
      const { value, low, high } = bootstrap.mean(each.rewards);
      const isEnd = index === 0 || index === measured.length - 1;
      return [{ x: place, y: value, low, high, label: isEnd ? name(each) : '' }];
    });
  const overAlpha = methodsOf(ablation).flatMap((method) => {
    const own = ablation.filter(({ variant }) => variant.method === method);
    const ks = [...new Set(own.map(({ variant }) => variant.k!))];
    const widest = Math.max(...ks);
    return ks.map((k): Series => {
      const along = own.filter(({ variant }) => variant.k === k);
      return {
        label: ks.length === 1 ? method : `${method}, k ${k}`,
        style: colourClass(method),
        line: true,
        dashed: k !== widest,
        points: points(along, ({ variant }) => (k === widest ? `α ${variant.alpha!}` : '')),
      };
    });
  });
  const overN = methodsOf(bestOf).map((method): Series => ({
    label: method,
    style: colourClass(method),
    line: true,
    points: points(
      bestOf.filter(({ variant }) => variant.method === method),
      ({ variant }) => `N ${variant.bestOf!}`,
    ),
  }));
  const single = main
    .filter((each) => !bestOf.includes(each) && !ablation.includes(each))
    .map((each): Series => ({
      label: each.variant.method,
      style: colourClass(each.variant.method),
      line: false,
      points: points([each], ({ variant }) => variant.method),
    }));
  return [...overAlpha, ...overN, ...single].filter((series) => series.points.length > 0);
}
