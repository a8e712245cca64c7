import { type FillProblem } from './prose-unit.ts';

/** The source of a mark: of a lone piece of markup, or of the two ends of a pair. */
export interface Mark {
  readonly open: string;
  readonly close?: string;
}

const markPattern = /\[(\/?)(\d{1,6})\]/gu;

/** Whether a text has something that reads as a mark. */
export const looksMarked = (text: string): boolean => text.search(markPattern) >= 0;

/** The places in a text that read as marks. */
export const markPlaces = (text: string): readonly RegExpExecArray[] => [
  ...text.matchAll(markPattern),
];

/** Splits a text into runs of text and marks: `text`, or `mark` and whether it closes. */
export type MarkedRun =
  { readonly text: string } | { readonly mark: number; readonly closes: boolean };

/** The runs of a text, in order; empty runs of text are left out. */
export function markedRuns(text: string): MarkedRun[] {
  const runs: MarkedRun[] = [];
  let end = 0;
  for (const match of markPlaces(text)) {
    if (match.index > end) runs.push({ text: text.slice(end, match.index) });
    runs.push({ mark: Number(match[2]), closes: match[1] === '/' });
    end = match.index + match[0].length;
  }
  if (end < text.length) runs.push({ text: text.slice(end) });
  return runs;
}

/** Why a prose does not have each mark exactly once, with pairs that nest well. */
export function marksProblem(text: string, marks: readonly Mark[]): FillProblem | undefined {
  const opened = new Set<number>();
  const closed = new Set<number>();
  const open: number[] = [];
  for (const run of markedRuns(text)) {
    if ('text' in run) continue;
    const mark = marks[run.mark - 1];
    const name = run.closes ? `[/${run.mark}]` : `[${run.mark}]`;
    if (!mark) return wrong(`The rewrite has the mark ${name}, which the draft does not have.`);
    if (!run.closes) {
      if (opened.has(run.mark)) return wrong(`The rewrite has the mark ${name} more than once.`);
      opened.add(run.mark);
      if (mark.close !== undefined) open.push(run.mark);
      continue;
    }
    if (mark.close === undefined)
      return wrong(`The rewrite has the mark ${name}, which the draft does not have.`);
    if (closed.has(run.mark)) return wrong(`The rewrite has the mark ${name} more than once.`);
    if (open.pop() !== run.mark)
      return wrong(`The mark ${name} of the rewrite is not at the end of its pair.`);
    closed.add(run.mark);
  }
  for (const [index, mark] of marks.entries()) {
    if (!opened.has(index + 1)) return wrong(`The rewrite lacks the mark [${index + 1}].`);
    if (mark.close !== undefined && !closed.has(index + 1))
      return wrong(`The rewrite lacks the mark [/${index + 1}].`);
  }
  return undefined;
}

const wrong = (text: string): FillProblem => ({ reason: 'marks', text });
