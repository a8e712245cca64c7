/** Longest style sheet in characters; those of our figures have 4,000. */
const maxLength = 20_000;

/** One call of var() at most: values that name others twice would double at each step. */
const colour = /^(?:#[0-9a-f]{3,8}|[a-z]{1,30}|var\(--[\w-]{1,40}\))$/iu;
const opacity = /^(?:0|1|0?\.\d{1,4})$/u;
const width = /^\d{1,2}(?:\.\d{1,3})?(?:px)?$/u;

/** Properties that our figures set, and what their values look like. */
const properties: Readonly<Record<string, RegExp>> = {
  fill: colour,
  stroke: colour,
  color: colour,
  'fill-opacity': opacity,
  'stroke-opacity': opacity,
  opacity,
  'stroke-width': width,
  // Short dashes on a long line are drawn one by one.
  'stroke-dasharray': /^[1-9]\d? [1-9]\d?$/u,
  font: /^\d{1,2}px [\w ,"-]{1,200}$/u,
  'font-size': width,
  'font-weight': /^(?:\d{3}|bold|normal)$/u,
  'font-variant-numeric': /^[a-z-]{1,30}$/u,
  'color-scheme': /^(?:light|dark)$/u,
};

const simpleSelector =
  '(?:svg)?(?:\\[data-theme="?(?:light|dark)"?\\])?(?: ?\\.[\\w-]{1,60}| text)?';
const selectors = new RegExp(`^${simpleSelector}(?:,${simpleSelector}){0,20}$`, 'u');
const rule = /\s*(?<selector>[^{}@]{1,500})\{(?<body>[^{}]{0,4000})\}\s*/uy;
const darkTheme = /\s*@media \(prefers-color-scheme: ?dark\)\s*\{/uy;

/** Why a style sheet is none of a figure as an evaluation writes it; undefined if it is one. */
export function problemOfStyle(css: string): string | undefined {
  if (css.length > maxLength) return `its style has more than ${maxLength} characters`;
  const end = css.trimEnd().length;
  let place = 0;
  let isInside = false;
  while (place < end) {
    darkTheme.lastIndex = place;
    if (isInside && css[place] === '}') {
      isInside = false;
      place += 1;
    } else if (!isInside && darkTheme.test(css)) {
      isInside = true;
      place = darkTheme.lastIndex;
    } else {
      rule.lastIndex = place;
      const { selector = '', body = '' } = rule.exec(css)?.groups ?? {};
      if (!selectors.test(selector.trim()) || selector.trim() === '') {
        return 'its style has a rule or selector that is not allowed';
      }
      const problem = problemOfDeclarations(body);
      if (problem) return problem;
      place = rule.lastIndex;
    }
  }
  return undefined;
}

function problemOfDeclarations(body: string): string | undefined {
  for (const declaration of body.split(';')) {
    if (declaration.trim() === '') continue;
    const colon = declaration.indexOf(':');
    const name = declaration.slice(0, Math.max(0, colon)).trim();
    const value = declaration.slice(colon + 1).trim();
    const form = /^--[\w-]{1,40}$/u.test(name)
      ? colour
      : Object.hasOwn(properties, name)
        ? properties[name]!
        : undefined;
    if (!form) return `its style sets ${name.slice(0, 40)}, which is not allowed`;
    if (!form.test(value)) return `its style sets ${name} to a value that is not allowed`;
  }
  return undefined;
}
