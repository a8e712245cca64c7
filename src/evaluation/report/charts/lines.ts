import { scaleLinear, scaleLog } from 'd3-scale';
import { pointLabels, type PointName } from './point-labels.ts';
import { element, group, label, path, type Panel } from './svg.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** Text next to the point. */
  readonly label?: string;
}

/** Points of one kind, joined in order if `line` is set. */
export interface Series {
  readonly label: string;
  /** CSS class of its colour. */
  readonly style: string;
  readonly points: readonly Point[];
  readonly line: boolean;
  readonly dashed?: boolean;
  /** Draws no marks at the points. */
  readonly bare?: boolean;
}

export interface AxisOptions {
  readonly label: string;
  readonly log?: boolean;
  /** Whether the axis includes 0. */
  readonly fromZero?: boolean;
}

export interface LinePanelOptions {
  readonly title: string;
  readonly series: readonly Series[];
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  /** Whether to name the series below the plot. */
  readonly legend: boolean;
}

const left = 58;
const plotWidth = 352;
const plotHeight = 220;
const axisHeight = 48;
const legendRow = 18;
const perLegendRow = 3;

/** Points and lines over two axes. */
export function linePanel({ title, series, x, y, legend }: LinePanelOptions): Panel {
  const points = series.flatMap((each) => each.points);
  const xs = points.map((point) => point.x);
  const ys = points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]);
  const scaleX = scaleOf(xs, x).range([0, plotWidth]);
  const scaleY = scaleOf(ys, y).range([plotHeight, 0]);
  const drawn = series.flatMap((each) => drawSeries(each, scaleX, scaleY));
  const pointNames = points.flatMap((point): PointName[] =>
    point.label === undefined || point.label === ''
      ? []
      : [{ name: point.label, x: scaleX(point.x), y: scaleY(point.y) }],
  );
  const names = legend ? series : [];
  const legendRows = Math.ceil(names.length / perLegendRow);
  const content = [
    ...ticksOf(scaleX, x).map((tick) =>
      group(
        scaleX(tick),
        0,
        element('line', { class: 'grid', y1: 0, y2: plotHeight }),
        label(compact(tick), 0, plotHeight + 16, { class: 'tick', 'text-anchor': 'middle' }),
      ),
    ),
    ...ticksOf(scaleY, y).map((tick) =>
      group(
        0,
        scaleY(tick),
        element('line', { class: 'grid', x1: 0, x2: plotWidth }),
        label(compact(tick), -8, 4, { class: 'tick', 'text-anchor': 'end' }),
      ),
    ),
    ...drawn,
    ...pointLabels(pointNames, plotWidth),
    label(x.label, plotWidth / 2, plotHeight + 34, { class: 'axis', 'text-anchor': 'middle' }),
    element(
      'g',
      { transform: `translate(${-left + 12} ${plotHeight / 2}) rotate(-90)` },
      label(y.label, 0, 0, { class: 'axis', 'text-anchor': 'middle' }),
    ),
    ...names.map((each, index) => legendEntry(each, index)),
  ];
  return {
    title,
    width: left + plotWidth + 16,
    height: plotHeight + axisHeight + legendRows * legendRow,
    content: group(left, 6, ...content),
  };
}

type Scale = ReturnType<typeof scaleOf>;

function scaleOf(values: readonly number[], { log = false, fromZero = false }: AxisOptions) {
  const finite = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const [low, high] = finite.length === 0 ? [0.1, 1] : [Math.min(...finite), Math.max(...finite)];
  if (log)
    return scaleLog()
      .domain([low / 1.15, high * 1.15])
      .clamp(true);
  const margin = high > low ? 0.06 * (high - low) : Math.abs(high) * 0.1 + 0.05;
  const bottom = fromZero ? Math.min(0, low) : low - margin;
  return scaleLinear()
    .domain([bottom, high + margin])
    .nice(5)
    .clamp(true);
}

/** A crowded log axis keeps the ticks that begin with 1, 2 or 5. */
function ticksOf(scale: Scale, { log = false }: AxisOptions): number[] {
  const ticks = scale.ticks(5);
  if (!log || ticks.length <= 7) return ticks;
  const round = ticks.filter((tick) => /^[125]/u.test(tick.toExponential()));
  return round.length <= 7 ? round : round.filter((tick) => tick.toExponential().startsWith('1'));
}

function compact(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function drawSeries({ points, style, line, dashed, bare }: Series, x: Scale, y: Scale): string[] {
  const placed = points.map((point) => ({ ...point, at: [x(point.x), y(point.y)] as const }));
  return [
    ...(line && placed.length > 1
      ? [
          element('path', {
            class: `curve ${style}${dashed ? ' dashed' : ''}`,
            d: path(placed.map(({ at }) => at)),
          }),
        ]
      : []),
    ...placed.flatMap(({ at, low, high }) => [
      ...(low === undefined || high === undefined
        ? []
        : [
            element('line', {
              class: 'interval faint',
              x1: at[0],
              x2: at[0],
              y1: y(low),
              y2: y(high),
            }),
          ]),
      ...(bare ? [] : [element('circle', { class: `mark ${style}`, cx: at[0], cy: at[1], r: 4 })]),
    ]),
  ];
}

function legendEntry({ label: name, style, dashed, line, bare }: Series, index: number): string {
  const x = (index % perLegendRow) * 128 - left + 14;
  const y = plotHeight + axisHeight + Math.floor(index / perLegendRow) * legendRow + 6;
  return group(
    x,
    y,
    ...(line
      ? [element('path', { class: `curve ${style}${dashed ? ' dashed' : ''}`, d: 'M0 -4L18 -4' })]
      : []),
    ...(bare ? [] : [element('circle', { class: `mark ${style}`, cx: 9, cy: -4, r: 4 })]),
    label(name, 24, 0, { class: 'name' }),
  );
}
