import { describeMachine } from '../machine.ts';
import { linePanel, type Series } from '../report/charts/lines.ts';
import { colourClass } from '../report/charts/style.ts';
import { panelsSvg, type Panel } from '../report/charts/svg.ts';
import type { Figure, Report } from '../report/report.ts';
import type { Cell, Column, Table } from '../report/table.ts';
import type { Estimate } from '../metrics/interval.ts';
import { valueSources, type ValueSource } from './exact-methods.ts';
import type { SweepOptions, SweepPoint } from './sweep.ts';

const names: Readonly<Record<ValueSource, string>> = {
  tq: 'TQ*',
  cd: 'CD',
  'args-sft': 'ARGS',
};

/** Figure 1's claim and both bounds of Theorem 1, from exact enumeration. */
export async function theoryReport(
  options: SweepOptions,
  points: readonly SweepPoint[],
  command: string,
  folder: string,
): Promise<Report> {
  const { count, vocabularySize, horizon, seed } = options;
  const { cpu, platform, commit, date } = await describeMachine(folder);
  const violations = points.reduce((sum, point) => sum + point.violations, 0);
  return {
    title: 'Theory: exact gaps and bounds on small MDPs',
    facts: [
      ['Command', command],
      [
        'MDPs',
        `${count} random ones, vocabulary ${vocabularySize}, at most ${horizon} tokens, rewards uniform in [0, 1], seed ${seed}; every response is enumerated, none is sampled`,
      ],
      ['Machine', `${cpu}, ${platform}`],
      ['Commit', commit],
      ['Date', date],
    ],
    sections: [
      {
        title: 'Gap to the optimal policy',
        notes: [
          "Gap: the largest reward minus the mean reward of the method (18). TQ* decodes pi_BL with the value of pi_BL's continuations, CD decodes pi_SFT with the value of pi_SFT's continuations, ARGS decodes pi_SFT with the reward of the unfinished response. The claim of figure 1: Q of the baseline policy is closer to Q* than Q of the reference policy.",
        ],
        figures: [gapFigure(points), valueFigure(points)],
        tables: [gapTable(points, count)],
      },
      {
        title: 'Bounds of Theorem 1',
        notes: [
          `Both sides of (19) and (20) for TQ*, means over the MDPs. Cases in which a side exceeds its bound: ${violations} of ${points.length * count}.`,
          'If beta is large, the baseline policy is close to the reference policy and (19) is loose: the bound grows with beta times the KL of the optimum, but no gap exceeds the largest reward. If beta or alpha is small, (20) is loose: the bound grows with 1/beta and T/alpha, but the KL of the text is finite.',
        ],
        figures: [boundFigure(points)],
        tables: [boundTable(points)],
      },
    ],
  };
}

function gapFigure(points: readonly SweepPoint[]): Figure {
  return {
    id: 'gaps',
    title: 'Suboptimality gap over alpha, for each beta.',
    notes: ['Vertical lines: 95% intervals over the MDPs. CD and ARGS do not depend on beta.'],
    svg: panelsSvg(
      'Suboptimality gap of TQ*, CD and ARGS over alpha, one panel for each beta',
      byBeta(points, (own) => ({
        y: 'gap to the optimal policy',
        series: valueSources.map((source) =>
          curve(names[source], colourClass(source), own, ({ gaps }) => gaps[source]),
        ),
      })),
    ),
  };
}

function valueFigure(points: readonly SweepPoint[]): Figure {
  const { alpha } = points[0]!;
  const own = points.filter((point) => point.alpha === alpha);
  const series = valueSources.map((source): Series => ({
    label: names[source],
    style: colourClass(source),
    line: true,
    points: own.map(({ beta, valueErrors }) => pointOf(beta, valueErrors[source])),
  }));
  return {
    id: 'values',
    title: "Distance of each method's value from Q*.",
    notes: ['As figure 1 of the paper: mean |value - Q*| over all states and tokens.'],
    svg: panelsSvg('Mean distance of the value of TQ*, CD and ARGS from Q* over beta', [
      linePanel({
        title: 'distance from Q*',
        series,
        x: { label: 'beta of the baseline policy', log: true },
        y: { label: 'mean |value - Q*|', fromZero: true },
        legend: true,
      }),
    ]),
  };
}

function boundFigure(points: readonly SweepPoint[]): Figure {
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
    id: 'bounds',
    title: 'Both bounds of Theorem 1 against truth.',
    notes: ['Left (19), right (20), over alpha, for each beta; both axes are logarithmic.'],
    svg: panelsSvg('Gap and KL of TQ* with their bounds over alpha, for each beta', panels),
  };
}

function byBeta(
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

function curve(
  label: string,
  style: string,
  points: readonly SweepPoint[],
  value: (point: SweepPoint) => Estimate,
): Series {
  const places = points.map((point) => pointOf(point.alpha, value(point)));
  return { label, style, line: true, points: places };
}

function pointOf(x: number, { value, low, high }: Estimate): Series['points'][number] {
  return { x, y: value, low, high };
}

const axes: readonly Column[] = [
  { name: 'beta', digits: 2 },
  { name: 'alpha', digits: 2 },
];

function gapTable(points: readonly SweepPoint[], count: number): Table {
  return {
    id: 'gaps',
    title: 'Gaps and values',
    notes: [
      `The last two columns: the number of MDPs, of ${count}, on which TQ* has the smaller gap.`,
    ],
    columns: [
      ...axes,
      ...valueSources.map((source) => ({ name: `Gap ${names[source]}`, digits: 3 })),
      ...valueSources.map((source) => ({ name: `|value - Q*| ${names[source]}`, digits: 3 })),
      { name: 'TQ* before CD', digits: 0 },
      { name: 'TQ* before ARGS', digits: 0 },
    ],
    rows: points.map(({ alpha, beta, gaps, valueErrors, better }): Cell[] => [
      beta,
      alpha,
      ...valueSources.map((source) => gaps[source]),
      ...valueSources.map((source) => valueErrors[source].value),
      better.cd,
      better['args-sft'],
    ]),
  };
}

function boundTable(points: readonly SweepPoint[]): Table {
  return {
    id: 'bounds',
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
