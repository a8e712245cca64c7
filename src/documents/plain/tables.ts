import { type TextLine } from './text-lines.ts';

const columns = /\S(?:\s{3,}|\t+)\S/u;

/** Whether lines are a table or a drawing: bars, corners, or columns with wide gaps. */
export function isTable(lines: readonly TextLine[]): boolean {
  if (lines.length < 2) return false;
  const share = (pattern: RegExp): number =>
    lines.filter(({ text }) => pattern.test(text)).length / lines.length;
  return share(/^[+|].*[+|]$|[│┃║┌└├]/u) > 0.5 || share(/\|.*\|/u) > 0.5 || share(columns) > 0.5;
}
