import { type Markup } from '../block.ts';

/** Marks over and under letters, as combining characters, by the command that sets them. */
const accents: Readonly<Record<string, string>> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  r: '\u030A',
  H: '\u030B',
  v: '\u030C',
  d: '\u0323',
  c: '\u0327',
  k: '\u0328',
};

/** Characters that have a command. */
const letters: Readonly<Record<string, string>> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  aa: 'å',
  AA: 'Å',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
  dots: '…',
  ldots: '…',
  textellipsis: '…',
  textendash: '–',
  textemdash: '—',
  textbackslash: '\\',
  textasciitilde: '~',
  textasciicircum: '^',
  textless: '<',
  textgreater: '>',
  textbar: '|',
  textquotesingle: "'",
  textquotedbl: '"',
  texteuro: '€',
  euro: '€',
};

const space = String.raw`~|\\(?:[,;: \n\t]|(?:thinspace|enspace|quad|qquad|nobreakspace|space)(?:\{\}|(?![A-Za-z])[ \t]*))`;
const accent = String.raw`\\(?:[\x60'^~=."](?:\{\\?[A-Za-z]\}|\\[ij](?![A-Za-z])|[A-Za-z])|[urHvdck](?:\{\\?[A-Za-z]\}|[ \t]{1,4}[A-Za-z](?![A-Za-z])))`;
const pattern = new RegExp(
  [
    `(?<space>${space})`,
    String.raw`\\(?<sign>[%&#$_{}])`,
    String.raw`\\(?<hyphen>-)`,
    String.raw`\{(?<grouped>[,.;:!?'"()-])\}`,
    `(?<accent>${accent})|\\{(?<inBraces>${accent})\\}`,
    String.raw`\\(?<name>[A-Za-z]{1,20})\{\}|\{\\(?<nameInBraces>[A-Za-z]{1,20})\}`,
  ].join('|'),
  'uy',
);

/** The command at a place of LaTeX source that stands for a plain character or a fixed space. */
export function latexCharacter(source: string, start: number): Markup | undefined {
  pattern.lastIndex = start;
  const found = pattern.exec(source);
  const as = found && characterOf(found.groups!);
  return as ? { start, end: start + found[0].length, as } : undefined;
}

function characterOf(groups: Readonly<Record<string, string | undefined>>): string | undefined {
  if (groups.space !== undefined) return ' ';
  if (groups.hyphen !== undefined) return '\u00AD';
  const set = groups.accent ?? groups.inBraces;
  if (set !== undefined) return accented(set);
  const name = groups.name ?? groups.nameInBraces;
  return groups.sign ?? groups.grouped ?? (name === undefined ? undefined : letters[name]);
}

/** The letter that a command such as `\"u` or `\c{c}` sets, if Unicode has it. */
function accented(command: string): string | undefined {
  const letter = /[A-Za-z](?=\}?$)/u.exec(command.slice(1))?.[0];
  const mark = accents[command[1]!];
  if (letter === undefined || mark === undefined) return undefined;
  const character = (letter + mark).normalize('NFC');
  return character.length === 1 ? character : undefined;
}
