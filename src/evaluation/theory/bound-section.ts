import { colourClass } from '../report/charts/style.ts';
import { panelsSvg } from '../report/charts/svg.ts';
import type { Figure, Section } from '../report/report.ts';
import type { Cell, Table } from '../report/table.ts';
import { axes, byBeta, curve } from './curves.ts';
import { familyNames, type FamilySweep } from './family-sweep.ts';
import type { SweepPoint } from './sweep.ts';

/** Both sides of both bounds of Theorem 1. */
export function boundSection({ family, suffix, points, count }: FamilySweep): Section {
  const violations = points.reduce((sum, point) => sum + point.violations, 0);
  return {
    title: `Bounds of Theorem 1: ${familyNames[family]}`,
    notes: [
      `Both sides of (19) and (20) for TQ*, means over the MDPs. Cases in which a side exceeds its bound: ${violations} of ${points.length * count}.`,
      'If beta is large, the baseline policy is close to the reference policy and (19) is loose: the bound grows with beta times the KL of the optimum, but no gap exceeds the largest reward. If beta or alpha is small, (20) is loose: the bound grows with 1/beta and T/alpha, but the KL of the text is finite.',
    ],
    figures: [boundFigure(points, suffix)],
    tables: [boundTable(points, suffix)],
  };
}

function boundFigure(points: readonly SweepPoint[], suffix: string): Figure {
  const sides = [
    ['gap', (point: SweepPoint) => point.gaps.tq, (point: SweepPoint) => point.gapBound],
    [
      'KL to pi_SFT, nats',
      (point: SweepPoint) => point.divergence,
      (point: SweepPoint) => point.divergenceBound,
    ],
  ] as const;
  const panels = [...new Set(points.map(({ beta }) => beta))].flatMap((beta) =>
    sides.flatMap(([y, truth, bound]) =>
      byBeta(
        points.filter((point) => point.beta === beta),
        (own) => ({
          y,
          log: true,
          series: [
            curve('truth', colourClass('tq'), own, truth),
            { ...curve('bound', colourClass('bound'), own, bound), dashed: true },
          ],
        }),
      ),
    ),
  );
  return {
    id: `bounds${suffix}`,
    title: 'Both bounds of Theorem 1 against truth.',
    notes: ['Left (19), right (20), over alpha, for each beta; both axes are logarithmic.'],
    svg: panelsSvg('Gap and KL of TQ* with their bounds over alpha, for each beta', panels),
  };
}

function boundTable(points: readonly SweepPoint[], suffix: string): Table {
  return {
    id: `bounds${suffix}`,
    title: 'Truth and bounds',
    notes: ['KL in nats per response.'],
    columns: [
      ...axes,
      { name: 'Gap', digits: 3 },
      { name: 'Bound (19)', digits: 3 },
      { name: 'KL', digits: 3 },
      { name: 'Bound (20)', digits: 3 },
      { name: 'Violations', digits: 0 },
    ],
    rows: points.map((point): Cell[] => [
      point.beta,
      point.alpha,
      point.gaps.tq,
      point.gapBound,
      point.divergence,
      point.divergenceBound,
      point.violations,
    ]),
  };
}
