import type { Estimate } from '../metrics/interval.ts';
import { linePanel, type Series } from '../report/charts/lines.ts';
import type { Panel } from '../report/charts/svg.ts';
import type { Column } from '../report/table.ts';
import type { SweepPoint } from './sweep.ts';

/** First columns of every table of a sweep. */
export const axes: readonly Column[] = [
  { name: 'beta', digits: 2 },
  { name: 'alpha', digits: 2 },
];

/** One panel over alpha for each beta. */
export function byBeta(
  points: readonly SweepPoint[],
  draw: (own: readonly SweepPoint[]) => {
    readonly y: string;
    readonly log?: boolean;
    readonly series: readonly Series[];
  },
): Panel[] {
  return [...new Set(points.map(({ beta }) => beta))].map((beta) => {
    const { y, log = false, series } = draw(points.filter((point) => point.beta === beta));
    return linePanel({
      title: `beta ${beta}`,
      series,
      x: { label: 'alpha', log: true },
      y: { label: y, log, fromZero: !log },
      legend: true,
    });
  });
}

/** A line of estimates over alpha. */
export function curve(
  label: string,
  style: string,
  points: readonly SweepPoint[],
  value: (point: SweepPoint) => Estimate,
): Series {
  const places = points.map((point) => pointOf(point.alpha, value(point)));
  return { label, style, line: true, points: places };
}

/** An estimate as a point of a plot. */
export function pointOf(x: number, { value, low, high }: Estimate): Series['points'][number] {
  return { x, y: value, low, high };
}
