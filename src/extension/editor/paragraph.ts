import * as vscode from 'vscode';
import type { Span } from './tracked-span.ts';

/** The paragraph at a position, between blank lines; undefined on a blank line. */
export function paragraphAt(
  document: vscode.TextDocument,
  { line }: vscode.Position,
): vscode.Range | undefined {
  const isBlank = (at: number): boolean => document.lineAt(at).isEmptyOrWhitespace;
  if (isBlank(line)) return undefined;
  let first = line;
  let last = line;
  while (first > 0 && !isBlank(first - 1)) first--;
  while (last + 1 < document.lineCount && !isBlank(last + 1)) last++;
  return new vscode.Range(document.lineAt(first).range.start, document.lineAt(last).range.end);
}

/** The text of a selection without the white space around it, and its place. */
export interface SelectedText {
  readonly span: Span;
  /** Lines separated by "\n". */
  readonly text: string;
  /** White space before the text on its first line. */
  readonly indent: string;
  /** Whether the text is made of whole lines. */
  readonly wholeLines: boolean;
}

/** The text of a range; undefined when it has only white space. */
export function selectedText(
  document: vscode.TextDocument,
  range: vscode.Range,
): SelectedText | undefined {
  const selected = document.getText(range);
  const words = selected.trim();
  if (words === '') return undefined;
  const offset = document.offsetAt(range.start) + selected.indexOf(words);
  const span = { start: offset, end: offset + words.length };
  const start = document.positionAt(span.start);
  const end = document.positionAt(span.end);
  const before = document.lineAt(start.line).text.slice(0, start.character);
  const after = document.lineAt(end.line).text.slice(end.character);
  const startsLine = before.trim() === '';
  return {
    span,
    text: words.replaceAll('\r\n', '\n'),
    indent: startsLine ? before : '',
    wholeLines: startsLine && after.trim() === '',
  };
}
