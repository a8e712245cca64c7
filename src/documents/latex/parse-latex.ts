import { parse } from '@unified-latex/unified-latex-util-parse';
import { type Block, type Parsed } from '../block.ts';
import { LatexFlow } from './latex-flow.ts';
import { documentTooLong } from '../too-long.ts';
import { readsBack } from '../reads-back.ts';

/** The parser needs some seconds for so many characters. */
const longest = 300_000;
/** Braces that are nested deeper overflow the parser's stack. */
const deepest = 300;

/**
 * The running text of a LaTeX document: of its body, or of a file without one.
 * @throws TqError for a document that is too long
 */
export function parseLatex(source: string): Parsed {
  if (source.length > longest) throw documentTooLong(source.length, longest);
  const blocks = blocksOf(source);
  return {
    blocks,
    syntax: {
      escape,
      mayStartLine: (word) => !word.startsWith('%'),
      reads: readsBack(source, { blocks, parse: blocksOf }),
    },
  };
}

function blocksOf(source: string): Block[] {
  if (nesting(source) > deepest) return [];
  const root = parse(readable(source));
  const whole = { start: 0, end: source.length };
  const body = root.content.find((node) => node.type === 'environment' && node.env === 'document');
  const theorems = [...source.matchAll(/\\newtheorem\*?\{(\w{1,60})\}/gu)].map(([, name]) => name!);
  const flow = new LatexFlow(source, new Set(theorems));
  if (body) return flow.read([body], whole);
  return isPreamble(source) ? [] : flow.read(root.content, whole);
}

/**
 * The source as the parser can read it, of the same length: a percent sign in an address begins no
 * comment, and "\r" is white space.
 */
const readable = (source: string): string =>
  source
    .replace(/\r/gu, (_, at: number) => (source[at + 1] === '\n' ? ' ' : '\n'))
    .replace(/\\(?:url|href|nolinkurl|path)\s{0,4}\{[^{}\n]{0,2000}\}/gu, (command) =>
      command.replace(/[%#&_^~$]/gu, 'x'),
    );

/** Packages, classes and settings have no running text. */
const isPreamble = (source: string): boolean =>
  /\\(?:documentclass|ProvidesPackage|ProvidesClass|NeedsTeXFormat)\b/u.test(source);

function nesting(source: string): number {
  let [depth, most] = [0, 0];
  for (const { 0: found } of source.matchAll(/\\(?:begin|end)\b|\\[\s\S]|[{}[\]]/gu)) {
    if (/^(?:[{[]|\\begin)$/u.test(found)) depth++;
    if (/^(?:[}\]]|\\end)$/u.test(found)) depth = Math.max(0, depth - 1);
    most = Math.max(most, depth);
  }
  return most;
}

/** Signs that LaTeX does not print as they are. */
const written: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
};

const escape = (text: string): string =>
  text
    .replace(/[\\~^<>%&#$_{}]/gu, (sign) => written[sign] ?? `\\${sign}`)
    .replace(/(^|[\s([])"/gu, '$1``')
    .replace(/"/gu, "''");
