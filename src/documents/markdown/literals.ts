import { entityCharacter } from '../characters.ts';
import { type Markup, type Span } from '../block.ts';

/**
 * Inline syntax that CommonMark has not but that tools over it read: templates, wiki links, LaTeX
 * math, attributes, citations, comments of Obsidian.
 */
const literal = new RegExp(
  [
    String.raw`\{\{[^}\n]{0,500}\}\}|\{%[^%\n]{0,500}%\}|\{#[^#\n]{0,500}#\}`,
    String.raw`!?\[\[[^[\]\n]{1,300}\]\]`,
    String.raw`\{[:#.][^{}\n]{0,200}\}|\{[\w-]+=[^{}\n]{0,200}\}`,
    String.raw`\[-?@[^[\]\n]{1,300}\]`,
    String.raw`\\\((?:[^\\\n]|\\[^)\n]){1,500}\\\)`,
    String.raw`(?<![\\$\p{L}\p{N}])\$(?=[^\s$])(?:[^$\\]|\\[^]){0,499}(?<=\S)\$(?![\d$])`,
    String.raw`%%[^%\n]{0,500}%%`,
    String.raw`(?<=\s)\^[\w-]+(?=\s*$)`,
    String.raw`:[\w-]+\[[^\]\n]{0,300}\]\{[^}\n]{0,200}\}`,
  ].join('|'),
  'gu',
);
const highlight = /==(?=[^\s=])([^=\n]{1,500})(?<=\S)==/gu;

/** Escapes and entities in text. */
const sign = /\\[!-/:-@[-`{-~]|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/gu;

/** JSX of MDX that CommonMark reads as text. */
const jsx = /\{[^{}]{0,500}\}|<\/?(?:[A-Za-z][\w.]*)?(?:[^<>]|=>){0,500}>/gu;

export function literalsIn(source: string, { start, end }: Span, mdx: boolean): Markup[] {
  const text = source.slice(start, end);
  const pieces: Markup[] = [
    ...placesOf(text, literal, start),
    ...(mdx ? placesOf(text, jsx, start) : []),
  ];
  for (const { start: from, end: to } of placesOf(text, highlight, start))
    pieces.push({ start: from, end: to, inner: { start: from + 2, end: to - 2 } });
  return pieces;
}

export const signsIn = (source: string, { start, end }: Span): Markup[] =>
  placesOf(source.slice(start, end), sign, start).map((place) => {
    const text = source.slice(place.start, place.end);
    const as = text.startsWith('\\') ? text.slice(1) : entityCharacter(text);
    return { ...place, ...(as !== undefined && { as }) };
  });

const placesOf = (text: string, pattern: RegExp, offset: number): Span[] =>
  [...text.matchAll(pattern)].map(({ index, 0: { length } }) => ({
    start: offset + index,
    end: offset + index + length,
  }));

/**
 * Lines in a paragraph that are directives of tools over CommonMark, the head of an alert, or what
 * another parser reads as a block quote, a table or code.
 */
const directiveLine = new RegExp(
  [
    String.raw`:{3,}.*`,
    String.raw`\[![\w-]+\][-+]?.*`,
    String.raw`(?:!{3}|\?{3}\+?)\s+\w.*`,
    String.raw`\{[:#.%][^}]*\}|\{\{[^}]*\}\}`,
    String.raw`\[\[?_?TOC_?\]?\]|\[toc\]|\\[a-z]+(?:\{[^}]*\})*`,
    String.raw`\$\$.*|\\\[.*|(?:(?!\\\[).)*\\\]`,
    String.raw`%%.*%%`,
    String.raw`>.*|\d{1,9}[.)]\s+>.*|\|.*|(?:\x60{3}|~{3}).*`,
  ]
    .map((line) => `(?:${line})`)
    .join('|'),
  'u',
);
const whole = new RegExp(`^(?:${directiveLine.source})$`, 'u');

export const isDirective = (line: string): boolean => line.length <= 500 && whole.test(line);

/** The marker of a list or definition that CommonMark reads as words, with its white space. */
export const markerIn = (line: string): string =>
  /^(?:[-+*:]|\d{1,9}[.)])\s+/u.exec(line)?.[0] ?? '';
