import wrapAnsi from 'wrap-ansi';

/** A paragraph, list item, heading or comment: the words to rewrite and the markup to keep. */
export interface TextUnit {
  /** Indentation and marker of the first line. */
  readonly prefix: string;
  /** Start of each further line. */
  readonly hanging: string;
  /** The words, on one line. */
  readonly text: string;
  /** Column at which its lines wrap; 0 for a single line. */
  readonly width: number;
  /** Line breaks, blank lines and spaces up to the next unit. */
  readonly after: string;
}

const linePattern =
  /^(\s*(?:>\s?)*)((?:(?:[-*+•]|\d+[.)])\s+(?:\[[ xX]\]\s+)?)|(?:(?:\/\/+|#+|--|;+)\s+))?(.*?)(\s*)$/su;
const listMarker = /^(?:[-*+•]|\d+[.)])\s/u;

interface Line {
  readonly indent: string;
  readonly marker: string;
  readonly words: string;
  readonly trailing: string;
}

interface OpenUnit {
  prefix: string;
  hanging: string | undefined;
  marker: string;
  lines: string[];
  after: string;
}

/**
 * Splits a text into units that are rewritten separately.
 * @param text lines separated by "\n", starting with a word or a marker
 * @param indent white space before the text on its first line
 */
export function splitUnits(text: string, indent: string): TextUnit[] {
  const units: OpenUnit[] = [];
  let open: OpenUnit | undefined;
  for (const line of text.split('\n').map(readLine)) {
    const last = units.at(-1);
    if (last) last.after += '\n';
    if (line.words === '') {
      if (last) last.after += line.indent + line.marker + line.trailing;
      open = undefined;
      continue;
    }
    const prefix = line.indent + line.marker;
    if (open && continues(open, line, units.length === 1 && open.lines.length === 1)) {
      open.hanging ??= prefix;
      open.lines.push(line.words);
      open.after = line.trailing;
    } else {
      open = {
        prefix,
        hanging: undefined,
        marker: line.marker,
        lines: [line.words],
        after: line.trailing,
      };
      units.push(open);
    }
  }
  return units.map((unit, index) => close(unit, index === 0 ? indent : ''));
}

function readLine(text: string): Line {
  const [, indent = '', marker = '', words = '', trailing = ''] = linePattern.exec(text) ?? [];
  return { indent, marker, words, trailing };
}

/**
 * Whether a line continues a unit. The text does not include the indentation of its first line.
 */
function continues(unit: OpenUnit, line: Line, first: boolean): boolean {
  if (listMarker.test(line.marker)) return false;
  const prefix = line.indent + line.marker;
  if (unit.hanging !== undefined) return prefix === unit.hanging;
  if (listMarker.test(unit.marker)) return /^\s+$/u.test(prefix);
  if (unit.marker !== '') return line.marker === unit.marker;
  return prefix === unit.prefix || (first && prefix.trim() === '');
}

function close({ prefix, hanging, marker, lines, after }: OpenUnit, indent: string): TextUnit {
  const isList = listMarker.test(marker);
  const column = indent + (isList ? prefix.replace(/\S/gu, ' ') : prefix);
  const widths = [indent + prefix, ...lines.slice(1).map(() => hanging ?? '')].map(
    (start, index) => start.length + lines[index]!.length,
  );
  return {
    prefix,
    hanging: hanging ?? column,
    text: lines.join(' '),
    width: lines.length > 1 ? Math.max(...widths) : 0,
    after,
  };
}

/** The unit with new words, wrapped like the old ones; line breaks in `words` become spaces. */
export function fillUnit({ prefix, hanging, width }: TextUnit, words: string): string {
  const line = words.replace(/\s+/gu, ' ');
  if (width === 0) return prefix + line;
  const room = Math.max(20, width - hanging.length);
  return prefix + wrapAnsi(line, room, { hard: false }).replaceAll('\n', `\n${hanging}`);
}

/** A model's answer without quotes, an introduction ("Here is ...:") or blank lines around it. */
export function answerWords(answer: string): string {
  const text = answer
    .trim()
    .replace(/^(?:here(?:'s| is)[^\n:]*:|rewritten[^\n:]*:|sure[^\n:]*:)\s*/iu, '');
  const [, quoted] = /^["“]([^"“”]*)["”]?$/su.exec(text) ?? [];
  return (quoted ?? text).trim();
}
