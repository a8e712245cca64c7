import { problemOfStyle } from './check-style.ts';

/*
 * A figure of a report is drawn by the browser of the window, and SVG can keep one busy for hours:
 * nested <use>, filters, patterns, huge pictures. So only what our own figures consist of passes.
 */

/** Largest drawings of the paper's suites: 2,000 elements, 5 deep, 1,000 by 12,000 pixels. */
const limits = { elements: 10_000, depth: 12, width: 5000, height: 50_000, coordinate: 100_000 };

const number = /^-?(?:\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})$/u;
const word = /^[\w-]{1,60}(?: [\w-]{1,60}){0,8}$/u;
const colour = /^(?:#[0-9a-f]{3,8}|[a-z]{1,30}|var\(--[\w-]{1,40}\))$/iu;
const numbers = /^-?[\d.]+(?:[ ,]-?[\d.]+){0,5}$/u;
/** Lines alone: curves and arcs cost more. */
const pathData = /^[MLHVZ\d., -]{0,100000}$/u;

const shared = {
  class: word,
  transform: /^translate\(-?[\d.]+ -?[\d.]+\)(?: rotate\(-?\d{1,3}\))?$/u,
};
const paint = {
  fill: colour,
  'fill-opacity': number,
  stroke: colour,
  'stroke-width': /^\d{1,2}(?:\.\d+)?$/u,
};

type Attributes = Readonly<Record<string, RegExp>>;

/** Elements by name, with the attributes that each may have and what these look like. */
const elements: Readonly<Record<string, Attributes>> = {
  svg: {
    xmlns: /^http:\/\/www\.w3\.org\/2000\/svg$/u,
    viewBox: numbers,
    width: number,
    height: number,
    role: /^img$/u,
    'aria-label': /^.{0,2000}$/su,
    'font-family': /^[\w ,"'-]{1,200}$/u,
    'font-size': /^\d{1,2}$/u,
  },
  style: {},
  g: { ...shared, ...paint },
  line: { ...shared, ...paint, x1: number, x2: number, y1: number, y2: number },
  rect: { ...shared, ...paint, x: number, y: number, width: number, height: number, rx: number },
  circle: { ...shared, ...paint, cx: number, cy: number, r: /^\d{1,3}(?:\.\d+)?$/u },
  path: { ...shared, ...paint, d: pathData },
  text: {
    ...shared,
    ...paint,
    x: number,
    y: number,
    dx: number,
    dy: number,
    'text-anchor': /^(?:start|middle|end)$/u,
  },
};

const token =
  /<(?<close>\/?)(?<name>[A-Za-z][\w:-]*)(?<attributes>(?:\s+[A-Za-z][\w:-]*="[^"<]*")*)\s*(?<empty>\/?)>|(?<text>[^<]+)/uy;
const attribute = /([A-Za-z][\w:-]*)="([^"<]*)"/gu;
const entities = /&(?!(?:amp|lt|gt|quot|#39);)/u;

/**
 * Why a text is not a drawing as an evaluation writes it: one svg element with a bounded number of
 * plain shapes and texts; undefined if it is one.
 */
export function problemOfDrawing(svg: string): string | undefined {
  const open: string[] = [];
  let count = 0;
  token.lastIndex = 0;
  while (token.lastIndex < svg.length) {
    const place = token.lastIndex;
    const found = token.exec(svg)?.groups;
    if (!found) return `it has markup at character ${place + 1} that a drawing does not need`;
    const { close, name, attributes = '', empty, text } = found;
    if (name === undefined) {
      const problem = problemOfText(text!, open.at(-1));
      if (problem) return problem;
    } else if (close) {
      if (open.pop() !== name) return `the end of <${name}> has no beginning`;
    } else {
      if (count > 0 && open.length === 0) return 'it has more than one element at the top';
      count += 1;
      const problem = problemOfElement(name, attributes, open);
      if (problem) return problem;
      if (count > limits.elements) return `it has more than ${limits.elements} elements`;
      if (!empty) open.push(name);
      if (open.length > limits.depth) return `it is nested more than ${limits.depth} deep`;
    }
  }
  if (count === 0) return 'it has no svg element';
  return open.length === 0 ? undefined : `the element <${open.at(-1)!}> has no end`;
}

function problemOfText(text: string, parent: string | undefined): string | undefined {
  if (parent === 'style') return problemOfStyle(text);
  if (text.trim() === '') return undefined;
  if (parent !== 'text') return 'it has text outside of <text>';
  return entities.test(text) ? 'it has an entity' : undefined;
}

function problemOfElement(
  name: string,
  written: string,
  open: readonly string[],
): string | undefined {
  const allowed = Object.hasOwn(elements, name) ? elements[name]! : undefined;
  if (!allowed) return `the element <${name}> is not allowed`;
  if ((name === 'svg') !== (open.length === 0)) return `<${name}> is at the wrong place`;
  if (open.at(-1) === 'style') return 'the style holds an element';
  const seen = new Set<string>();
  for (const [, key = '', value = ''] of written.matchAll(attribute)) {
    const form = Object.hasOwn(allowed, key) ? allowed[key]! : undefined;
    if (!form || seen.has(key)) return `the attribute ${key} of <${name}> is not allowed`;
    seen.add(key);
    if (!form.test(value) || entities.test(value) || isTooLarge(name, key, value)) {
      return `the value of ${key} of <${name}> is not allowed`;
    }
  }
  return undefined;
}

function isTooLarge(element: string, key: string, value: string): boolean {
  const largest =
    element === 'svg' && key === 'width'
      ? limits.width
      : element === 'svg' && key === 'height'
        ? limits.height
        : limits.coordinate;
  if (key === 'class' || key === 'aria-label' || key === 'xmlns') return false;
  return (value.match(/\d+(?:\.\d+)?/gu) ?? []).some((each) => Number(each) > largest);
}
