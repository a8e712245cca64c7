import { scaleLinear } from 'd3-scale';
import { quantile } from '../../metrics/interval.ts';
import { element, group, label, path, type Panel } from './svg.ts';

/** One distribution, from its samples. */
export interface Ridge {
  readonly label: string;
  /** CSS class of its colour. */
  readonly style: string;
  readonly values: readonly number[];
}

const nameWidth = 130;
const plotWidth = 290;
const rowHeight = 46;
const axisHeight = 40;
const steps = 80;

/** Stacked distributions over one axis: density (Gaussian kernel), samples and median. */
export function ridgePanel(title: string, axis: string, ridges: readonly Ridge[]): Panel {
  const all = ridges.flatMap(({ values }) => values);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = high > low ? 0.1 * (high - low) : 0.5;
  const x = scaleLinear()
    .domain([low - margin, high + margin])
    .range([0, plotWidth]);
  const height = ridges.length * rowHeight;
  const grid = x
    .ticks(5)
    .map((tick) =>
      group(
        nameWidth + x(tick),
        0,
        element('line', { class: 'grid', y1: 0, y2: height }),
        label(x.tickFormat(5)(tick), 0, height + 15, { class: 'tick', 'text-anchor': 'middle' }),
      ),
    );
  const rows = ridges.map(({ label: name, style, values }, index) => {
    const base = (index + 1) * rowHeight - 8;
    const [start, end] = x.domain() as [number, number];
    const places = Array.from({ length: steps + 1 }, (_, i) => start + ((end - start) * i) / steps);
    const densities = densityAt(places, values, (end - start) / 40);
    const peak = Math.max(...densities);
    const outline = places.map(
      (place, i) => [x(place), base - (densities[i]! / peak) * (rowHeight - 16)] as const,
    );
    const area = [[x(start), base] as const, ...outline, [x(end), base] as const];
    const middle = quantile(
      [...values].sort((a, b) => a - b),
      0.5,
    );
    return [
      label(name, nameWidth - 8, base - 4, { class: 'name', 'text-anchor': 'end' }),
      group(
        nameWidth,
        0,
        element('path', { class: `ridge ${style}`, d: `${path(area)}Z` }),
        ...values.map((value) =>
          element('line', {
            class: `sample ${style}`,
            x1: x(value),
            x2: x(value),
            y1: base,
            y2: base + 5,
          }),
        ),
        element('line', {
          class: 'median',
          x1: x(middle),
          x2: x(middle),
          y1: base + 5,
          y2: base - 14,
        }),
      ),
    ].join('');
  });
  const name = label(axis, nameWidth + plotWidth / 2, height + 32, {
    class: 'axis',
    'text-anchor': 'middle',
  });
  return {
    title,
    width: nameWidth + plotWidth + 16,
    height: height + axisHeight,
    content: [...grid, ...rows, name].join(''),
  };
}

/** Kernel density with the bandwidth of Silverman's rule, at least `minWidth`. */
function densityAt(
  places: readonly number[],
  values: readonly number[],
  minWidth: number,
): number[] {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
  const width = Math.max(minWidth, 1.06 * Math.sqrt(variance) * values.length ** -0.2);
  return places.map((place) =>
    values.reduce((sum, value) => sum + Math.exp(-0.5 * ((place - value) / width) ** 2), 0),
  );
}
