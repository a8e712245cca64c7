import { ErrorCode, TqError } from '../../protocol/errors.ts';

const deepestNesting = 200;
const mostLines = 10_000;
const mostSigns = 5000;
const nesting = /^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]*)*/u;
const markers = /[>*+-]|\d+[.)]/gu;
const blockStart = /^[ \t]*(?:[-*+>#|]|\d{1,9}[.)]|$)/u;

/**
 * Refuses what the parser of Markdown would need minutes for: its time grows with the square of
 * nesting, of the lines of a paragraph, and of the signs of markup in one.
 */
export function checkReadable(source: string): void {
  let [lines, signs] = [0, 0];
  for (const line of source.split(/\r\n|\n|\r/u)) {
    const start = nesting.exec(line)![0];
    const depth = Math.max(start.match(markers)?.length ?? 0, start.length / 4);
    if (depth > deepestNesting)
      refuse(`nests lists and quotes ${Math.floor(depth)} deep`, `${deepestNesting} levels`);
    if (blockStart.test(line)) [lines, signs] = [0, 0];
    signs += line.match(/[*_~]+|[<[`&]/gu)?.length ?? 0;
    if (++lines > mostLines) refuse(`has a paragraph of ${lines} lines`, `${mostLines} lines`);
    if (signs > mostSigns)
      refuse(`has ${signs} signs of markup in a paragraph`, `${mostSigns} signs`);
  }
}

function refuse(what: string, most: string): never {
  throw new TqError(
    ErrorCode.invalidInput,
    `The document ${what}; a rewrite can read at most ${most}. Copy the part to rewrite into a new file.`,
  );
}
