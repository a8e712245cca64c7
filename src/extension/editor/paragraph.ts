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

/**
 * What a person wants to rewrite: the selections, and the paragraphs at cursors, without white
 * space around them; in order, and not overlapping.
 */
export function wantedSpans(
  document: vscode.TextDocument,
  selections: readonly vscode.Selection[],
): readonly Span[] {
  const spans = selections.flatMap((selection) => {
    const range = selection.isEmpty ? paragraphAt(document, selection.active) : selection;
    return range ? (trimmed(document, range) ?? []) : [];
  });
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function trimmed(document: vscode.TextDocument, range: vscode.Range): Span | undefined {
  const selected = document.getText(range);
  const words = selected.trim();
  if (words === '') return undefined;
  const start = document.offsetAt(range.start) + selected.indexOf(words);
  return { start, end: start + words.length };
}
