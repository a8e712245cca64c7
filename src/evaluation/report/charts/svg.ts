type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Escapes text for an element or attribute of SVG and HTML. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** An element; its content is markup. */
export function element(
  name: string,
  attributes: Attributes,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${escapeText(typeof value === 'number' ? short(value) : value!)}"`,
    );
  const inner = content.join('');
  return inner === ''
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${inner}</${name}>`;
}

/** A text element. */
export function label(text: string, x: number, y: number, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(text));
}

export function group(x: number, y: number, ...content: readonly string[]): string {
  return element('g', { transform: `translate(${short(x)} ${short(y)})` }, ...content);
}

export function path(points: readonly (readonly [number, number])[]): string {
  return points
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`)
    .join('');
}

/** Rounds coordinates to a tenth of a pixel. */
function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** One panel of a figure. */
export interface Panel {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly content: string;
}

const gap = 28;
const titleHeight = 24;
const perRow = 2;

/** Panels in rows of two, as one svg element with `name` as its description. */
export function panelsSvg(name: string, panels: readonly Panel[]): string {
  const rows = Array.from({ length: Math.ceil(panels.length / perRow) }, (_, row) =>
    panels.slice(row * perRow, (row + 1) * perRow),
  );
  let top = 0;
  let width = 0;
  const drawn = rows.flatMap((row) => {
    let left = 0;
    const groups = row.map((panel) => {
      const place = group(
        left,
        top,
        label(panel.title, 0, 14, { class: 'panel-title' }),
        group(0, titleHeight, panel.content),
      );
      left += panel.width + gap;
      return place;
    });
    width = Math.max(width, left - gap);
    top += Math.max(...row.map(({ height }) => height)) + titleHeight + gap;
    return groups;
  });
  const height = top - gap;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${short(width)} ${short(height)}`,
      width,
      height,
      role: 'img',
      'aria-label': name,
    },
    ...drawn,
  );
}
