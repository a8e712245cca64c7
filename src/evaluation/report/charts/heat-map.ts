import { scaleLinear } from 'd3-scale';
import { element, label, type Panel } from './svg.ts';

export interface HeatCell {
  readonly column: number;
  readonly row: number;
  readonly value: number;
}

export interface HeatMapOptions {
  readonly title: string;
  readonly columnName: string;
  readonly rowName: string;
  readonly cells: readonly HeatCell[];
  readonly digits: number;
}

const left = 56;
const cellWidth = 62;
const cellHeight = 34;
const axisHeight = 40;
/** Weakest and strongest tint; the number stays readable in light and dark themes. */
const tints = [0.06, 0.55] as const;

/** A grid of numbers: larger ones have a stronger tint, the largest has a frame. */
export function heatMap({ title, columnName, rowName, cells, digits }: HeatMapOptions): Panel {
  const columns = ordered(cells.map(({ column }) => column));
  const rows = ordered(cells.map(({ row }) => row));
  const values = cells.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const tint = scaleLinear().domain([low, high]).range(tints);
  const height = rows.length * cellHeight;
  const width = columns.length * cellWidth;
  const drawn = cells.map(({ column, row, value }) => {
    const x = left + columns.indexOf(column) * cellWidth;
    const y = rows.indexOf(row) * cellHeight;
    return [
      element('rect', {
        class: value === high ? 'cell best' : 'cell',
        x: x + 1,
        y: y + 1,
        width: cellWidth - 2,
        height: cellHeight - 2,
        rx: 3,
        'fill-opacity': (high > low ? tint(value) : tints[0]).toFixed(3),
      }),
      label(value.toFixed(digits), x + cellWidth / 2, y + cellHeight / 2 + 4, {
        class: 'cell-value',
        'text-anchor': 'middle',
      }),
    ].join('');
  });
  const names = [
    ...rows.map((row, index) =>
      label(String(row), left - 8, index * cellHeight + cellHeight / 2 + 4, {
        class: 'tick',
        'text-anchor': 'end',
      }),
    ),
    ...columns.map((column, index) =>
      label(String(column), left + index * cellWidth + cellWidth / 2, height + 16, {
        class: 'tick',
        'text-anchor': 'middle',
      }),
    ),
    label(columnName, left + width / 2, height + 34, { class: 'axis', 'text-anchor': 'middle' }),
    label(rowName, 4, height / 2 + 4, { class: 'axis' }),
  ];
  return {
    title,
    width: Math.max(left + width, 300),
    height: height + axisHeight,
    content: [...drawn, ...names].join(''),
  };
}

function ordered(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
