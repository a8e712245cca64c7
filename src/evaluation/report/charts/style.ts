/** Colours of methods and rewards in the light and the dark theme. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  sft: ['#6e7781', '#9aa4af'],
  dpo: ['#9a6700', '#d9a531'],
  'args-sft': ['#3c8fc4', '#79c0ff'],
  'args-dpo': ['#1b5e9b', '#4a94d8'],
  cd: ['#7a4bc0', '#b392f0'],
  dt: ['#bf3989', '#f2a0cc'],
  tq: ['#c4401c', '#ff8a5c'],
  'tq-indirect': ['#c4401c', '#ff8a5c'],
  bon: ['#2c7d4a', '#6fcf8f'],
  'bon-dpo': ['#0f6b73', '#5fc9d3'],
  text: ['#1b5e9b', '#79c0ff'],
  causal: ['#c4401c', '#ff8a5c'],
  bound: ['#6e7781', '#9aa4af'],
  baseline: ['#1b5e9b', '#79c0ff'],
  target: ['#c4401c', '#ff8a5c'],
};

const grounds = {
  light: { ground: '#ffffff', card: '#f6f8fa', ink: '#1f2328', muted: '#59636e', line: '#d8dee4' },
  dark: { ground: '#14171c', card: '#1c2128', ink: '#e6edf3', muted: '#9aa7b4', line: '#333b45' },
};

/** CSS class of a method's or reward's colour. */
export function colourClass(name: string): string {
  return name in colours ? `c-${name}` : 'c-sft';
}

/** Custom properties of both themes: the system's theme, unless `data-theme` overrides it. */
function themes(root: string): string {
  const properties = (theme: 'light' | 'dark'): string =>
    [
      ...Object.entries(grounds[theme]).map(([name, value]) => `--${name}:${value}`),
      ...Object.entries(colours).map(
        ([name, pair]) => `--c-${name}:${pair[theme === 'light' ? 0 : 1]}`,
      ),
      `color-scheme:${theme}`,
    ].join(';');
  return [
    `${root}{${properties('light')}}`,
    `@media (prefers-color-scheme:dark){${root}{${properties('dark')}}}`,
    `${root}[data-theme=light]{${properties('light')}}`,
    `${root}[data-theme=dark]{${properties('dark')}}`,
  ].join('\n');
}

const marks = `
svg{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;color:var(--ink)}
svg text{fill:var(--ink)}
svg .panel-title{font-weight:600;font-size:13px}
svg .tick,svg .axis,svg .point{fill:var(--muted);font-size:11px}
svg .value,svg .cell-value,svg .tick{font-variant-numeric:tabular-nums}
svg .grid{stroke:var(--line);stroke-width:1}
svg .zero{stroke:var(--muted);stroke-width:1}
svg .bar,svg .mark{fill:var(--c)}
svg .mark{stroke:var(--ground);stroke-width:1}
svg .interval,svg .median{stroke:var(--ink);stroke-width:1.5}
svg .faint{opacity:.35}
svg .curve{fill:none;stroke:var(--c);stroke-width:2}
svg .dashed{stroke-dasharray:5 4}
svg .ridge{fill:var(--c);fill-opacity:.28;stroke:var(--c);stroke-width:1.5}
svg .sample{stroke:var(--c);stroke-opacity:.6}
svg .cell{fill:var(--c-tq)}
svg .best{stroke:var(--ink);stroke-width:1.5}
${Object.keys(colours)
  .map((name) => `.c-${name}{--c:var(--c-${name})}`)
  .join('\n')}`;

const page = `
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.25;margin:0 0 16px}
h2{font-size:19px;margin:44px 0 8px;padding-top:16px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:24px 0 4px}
p{margin:4px 0;max-width:78ch}
.note,figcaption{color:var(--muted);font-size:13px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0;padding:12px 16px;background:var(--card);border-radius:8px;font-size:13px}
dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}
figure{margin:16px 0;overflow-x:auto}
figure svg{display:block;max-width:none}
.wide{overflow-x:auto;margin:8px 0 4px}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;white-space:nowrap}
th,td{padding:4px 12px 4px 0;text-align:left;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:600}
.number{text-align:right}
.prose{white-space:pre-wrap;min-width:44ch;vertical-align:top;overflow-wrap:anywhere}
.interval-text{color:var(--muted);margin-left:6px;font-size:12px}
tr.group td{border-top:2px solid var(--line)}
a{color:inherit}`;

/** Style of report.html. */
export const pageStyle = `${themes(':root')}${marks}${page}`;

/** A figure as a separate SVG file, with the page's style. */
export function standAlone(svg: string): string {
  return svg.replace('>', `><style>${themes('svg')}${marks}</style>`);
}
