import { diffWordsWithSpace } from 'diff';
import * as vscode from 'vscode';
import type { Span } from './tracked-span.ts';

/** Marks the old and the new text with lines as well as colours, for accessibility. */
export class RewriteDecorations implements vscode.Disposable {
  readonly #removed = vscode.window.createTextEditorDecorationType({
    textDecoration: 'line-through',
    backgroundColor: new vscode.ThemeColor('diffEditor.removedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('diffEditorOverview.removedForeground'),
  });
  readonly #added = vscode.window.createTextEditorDecorationType({
    textDecoration: 'underline dotted',
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('diffEditorOverview.insertedForeground'),
  });
  readonly #removedWords = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
  });
  readonly #addedWords = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
  });

  /** Marks both texts; with `words`, also the words that differ. */
  show(document: vscode.TextDocument, removed: Span, added: Span, words: boolean): void {
    const differing = words ? differingWords(document, removed, added) : { removed: [], added: [] };
    const range = (span: Span): vscode.Range => rangeOf(document, span);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document) continue;
      editor.setDecorations(this.#removed, [range(removed)]);
      editor.setDecorations(this.#added, [range(added)]);
      editor.setDecorations(this.#removedWords, differing.removed.map(range));
      editor.setDecorations(this.#addedWords, differing.added.map(range));
    }
  }

  clear(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document) continue;
      for (const type of this.#types) editor.setDecorations(type, []);
    }
  }

  dispose(): void {
    for (const type of this.#types) type.dispose();
  }

  get #types(): readonly vscode.TextEditorDecorationType[] {
    return [this.#removed, this.#added, this.#removedWords, this.#addedWords];
  }
}

export function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function differingWords(
  document: vscode.TextDocument,
  removed: Span,
  added: Span,
): { removed: Span[]; added: Span[] } {
  const text = (span: Span): string => document.getText(rangeOf(document, span));
  const at = { removed: removed.start, added: added.start };
  const found: { removed: Span[]; added: Span[] } = { removed: [], added: [] };
  for (const part of diffWordsWithSpace(text(removed), text(added))) {
    const { length } = part.value;
    if (part.removed) found.removed.push({ start: at.removed, end: at.removed + length });
    if (part.added) found.added.push({ start: at.added, end: at.added + length });
    if (!part.added) at.removed += length;
    if (!part.removed) at.added += length;
  }
  return found;
}
