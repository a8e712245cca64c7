import { scaleBand, scaleLinear } from 'd3-scale';
import { element, group, label, type Panel } from './svg.ts';

/** One bar with its interval. */
export interface Bar {
  readonly label: string;
  /** CSS class of its colour. */
  readonly style: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface BarPanelOptions {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Smallest and largest value on the axis. */
  readonly domain: readonly [number, number];
  readonly digits: number;
  readonly axis: string;
}

const nameWidth = 84;
const plotWidth = 270;
const valueWidth = 56;
const rowHeight = 24;
const axisHeight = 40;

/** Horizontal bars from 0, with intervals as lines and values on the right. */
export function barPanel({ title, bars, domain, digits, axis }: BarPanelOptions): Panel {
  const x = scaleLinear()
    .domain([Math.min(0, domain[0]), Math.max(0, domain[1])])
    .nice(5)
    .range([0, plotWidth]);
  const height = bars.length * rowHeight;
  const y = scaleBand<number>()
    .domain([...bars.keys()])
    .range([0, height])
    .padding(0.3);
  const ticks = x.ticks(5);
  const rows = bars.map(({ label: name, style, value, low, high }, index) => {
    const top = y(index)!;
    const middle = top + y.bandwidth() / 2;
    const [from, to] = [x(Math.min(0, value)), x(Math.max(0, value))];
    return [
      label(name, nameWidth - 8, middle + 4, { class: 'name', 'text-anchor': 'end' }),
      group(
        nameWidth,
        0,
        element('rect', {
          class: `bar ${style}`,
          x: from,
          y: top,
          width: Math.max(1, to - from),
          height: y.bandwidth(),
          rx: 2,
        }),
        element('line', { class: 'interval', x1: x(low), x2: x(high), y1: middle, y2: middle }),
      ),
      label(value.toFixed(digits), nameWidth + plotWidth + 8, middle + 4, { class: 'value' }),
    ].join('');
  });
  const grid = ticks.map((tick) =>
    group(
      nameWidth + x(tick),
      0,
      element('line', { class: tick === 0 ? 'zero' : 'grid', y1: 0, y2: height }),
      label(x.tickFormat(5)(tick), 0, height + 15, { class: 'tick', 'text-anchor': 'middle' }),
    ),
  );
  const name = label(axis, nameWidth + plotWidth / 2, height + 32, {
    class: 'axis',
    'text-anchor': 'middle',
  });
  return {
    title,
    width: nameWidth + plotWidth + valueWidth,
    height: height + axisHeight,
    content: [...grid, ...rows, name].join(''),
  };
}
