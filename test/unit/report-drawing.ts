/** Numbers read back from a figure of a report; pixels are rounded to a tenth. */

/** One panel: its title and what it holds. */
export interface DrawnPanel {
  readonly title: string;
  readonly svg: string;
}

interface Scale {
  /** The value at a pixel. */
  readonly value: (pixel: number) => number;
  /** How far a value may be off because its pixel is rounded. */
  readonly tolerance: number;
}

export interface DrawnBar {
  readonly label: string;
  readonly shown: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

export interface DrawnRidge {
  readonly label: string;
  readonly samples: readonly number[];
  readonly median: number;
  /** Height of the outline over its largest height. */
  readonly outline: readonly number[];
}

export function panelsOf(svg: string): DrawnPanel[] {
  return svg
    .split('class="panel-title">')
    .slice(1)
    .map((part) => ({ title: textOf(part.slice(0, part.indexOf('<'))), svg: part }));
}

/** The name of a panel's axes. */
export function axesOf({ svg }: DrawnPanel): string[] {
  return all(svg, /class="axis"[^>]*>([^<]*)</gu).map(([name]) => textOf(name!));
}

export function barsOf(panel: DrawnPanel): { bars: DrawnBar[]; tolerance: number } {
  const { value: at, tolerance } = horizontalScale(panel);
  const zero = pixelOf(at, 0);
  const rects = all(panel.svg, /<rect class="bar [^"]*" x="([^"]*)" y="[^"]*" width="([^"]*)"/gu);
  const lines = all(panel.svg, /<line class="interval" x1="([^"]*)" x2="([^"]*)"/gu);
  const names = all(panel.svg, /class="name"[^>]*>([^<]*)</gu);
  const values = all(panel.svg, /class="value">([^<]*)</gu);
  const left = leftOf(panel);
  const bars = rects.map(([x, width], index): DrawnBar => {
    const [from, to] = [Number(x), Number(x) + Number(width)];
    const [low, high] = lines[index]!.map(Number) as [number, number];
    return {
      label: textOf(names[index]![0]!),
      shown: Number(values[index]![0]),
      value: at(left + (Math.abs(from + left - zero) < Math.abs(to + left - zero) ? to : from)),
      low: at(left + low),
      high: at(left + high),
    };
  });
  return { bars, tolerance };
}

/** Points in the order drawn, and the names beside points. */
export function pointsOf(
  panel: DrawnPanel,
  logX = false,
): { points: DrawnPoint[]; names: string[]; tolerance: { x: number; y: number } } {
  const x = horizontalScale(panel, logX);
  const y = verticalScale(panel);
  // The legend has marks too, without intervals.
  const marks = all(
    panel.svg,
    /<line class="interval faint" x1="[^"]*" x2="[^"]*" y1="([^"]*)" y2="([^"]*)"[^>]*><circle class="mark [^"]*" cx="([^"]*)" cy="([^"]*)"/gu,
  );
  return {
    points: marks.map(([low, high, cx, cy]) => ({
      x: x.value(Number(cx)),
      y: y.value(Number(cy)),
      low: y.value(Number(low)),
      high: y.value(Number(high)),
    })),
    names: all(panel.svg, /class="point"[^>]*>([^<]*)</gu).map(([name]) => textOf(name!)),
    tolerance: { x: x.tolerance, y: y.tolerance },
  };
}

export function ridgesOf(panel: DrawnPanel): { ridges: DrawnRidge[]; tolerance: number } {
  const { value: at, tolerance } = horizontalScale(panel);
  const left = leftOf(panel);
  const parts = panel.svg.split('<path class="ridge ').slice(1);
  const names = all(panel.svg, /class="name"[^>]*>([^<]*)</gu);
  const ridges = parts.map((part, index): DrawnRidge => {
    const line = /d="M([^"]*)Z"/u.exec(part)![1]!;
    const [base, ...rest] = line.split('L').map((pair) => Number(pair.split(' ')[1]));
    const heights = rest.slice(0, -1).map((height) => base! - height);
    const peak = Math.max(...heights);
    const x1 = (kind: string) =>
      all(part, new RegExp(`<line class="${kind}[^"]*" x1="([^"]*)"`, 'gu')).map(([x]) =>
        at(left + Number(x)),
      );
    return {
      label: textOf(names[index]![0]!),
      samples: x1('sample'),
      median: x1('median')[0]!,
      outline: heights.map((height) => height / peak),
    };
  });
  return { ridges, tolerance };
}

/** Cells of a heat map by row and column, as they are drawn. */
export function cellsOf({ svg }: DrawnPanel): { value: number; tint: number; best: boolean }[] {
  return all(
    svg,
    /<rect class="(cell[^"]*)"[^>]*fill-opacity="([^"]*)"\/><text[^>]*class="cell-value"[^>]*>([^<]*)</gu,
  ).map(([kind, tint, value]) => ({
    value: Number(value),
    tint: Number(tint),
    best: kind === 'cell best',
  }));
}

/** Names of the rows and columns of a heat map. */
export function ticksOf({ svg }: DrawnPanel): { rows: string[]; columns: string[] } {
  const named = (anchor: string) =>
    all(svg, new RegExp(`class="tick" text-anchor="${anchor}">([^<]*)<`, 'gu')).map(
      ([name]) => name!,
    );
  return { rows: named('end'), columns: named('middle') };
}

/** Ticks under a plot are in groups that only their place on the x axis moves. */
function horizontalScale({ svg }: DrawnPanel, log = false): Scale {
  const ticks = all(
    svg,
    /translate\(([^ ]*) 0\)"><line class="(?:grid|zero)" y1[^>]*\/><text[^>]*>([^<]*)</gu,
  );
  return scaleThrough(ticks, log);
}

function verticalScale({ svg }: DrawnPanel): Scale {
  return scaleThrough(
    all(svg, /translate\(0 ([^)]*)\)"><line class="grid" x1[^>]*\/><text[^>]*>([^<]*)</gu),
    false,
  );
}

/** The scale through the first and the last tick, pairs of pixel and value. */
function scaleThrough(ticks: readonly (readonly string[])[], log: boolean): Scale {
  const placed = ticks.map(([pixel, name]) => {
    const value = Number(textOf(name!));
    return { pixel: Number(pixel), value: log ? Math.log(value) : value };
  });
  const [first, last] = [placed[0]!, placed.at(-1)!];
  const slope = (last.value - first.value) / (last.pixel - first.pixel);
  return {
    value: (pixel) => {
      const value = first.value + slope * (pixel - first.pixel);
      return log ? Math.exp(value) : value;
    },
    tolerance: 0.25 * Math.abs(slope),
  };
}

/** Where the plot of a panel begins: its marks lie in groups that are moved there. */
function leftOf({ svg }: DrawnPanel): number {
  return Number(/translate\(([^ ]*) 0\)"><(?:rect class="bar|path class="ridge)/u.exec(svg)![1]);
}

function pixelOf(at: (pixel: number) => number, value: number): number {
  const [start, end] = [at(0), at(1)];
  return (value - start) / (end - start);
}

function all(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map((match) => match.slice(1));
}

/** Text of a label; d3 writes a minus sign, and markup is escaped. */
function textOf(markup: string): string {
  return markup
    .replaceAll('−', '-')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
