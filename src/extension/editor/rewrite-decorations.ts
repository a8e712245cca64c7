import * as vscode from 'vscode';
import { rangeOf } from './insert-text.ts';
import { missingWords } from './differing-words.ts';
import type { RewriteSession } from './rewrite-session.ts';
import type { RewriteUnit } from './rewrite-unit.ts';

/**
 * Marks the drafts that a rewrite would replace, and strikes the words that would go. Lines as well
 * as colours, for accessibility; the document itself is untouched.
 */
export class RewriteDecorations implements vscode.Disposable {
  readonly #draft = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('diffEditor.removedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('diffEditorOverview.removedForeground'),
  });
  readonly #words = vscode.window.createTextEditorDecorationType({
    textDecoration: 'line-through',
    backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
  });
  readonly #writing = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    border: '1px dashed',
    borderColor: new vscode.ThemeColor('editorWidget.border'),
  });

  show({ document, units, outcome }: RewriteSession): void {
    const open = outcome === undefined ? units.filter(({ isOpen }) => isOpen) : [];
    const range = ({ span }: RewriteUnit): vscode.Range => rangeOf(document, span);
    const writing = open.filter(({ state }) => state === 'writing').map(range);
    const drafts = open.filter(({ wording }) => wording);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document) continue;
      editor.setDecorations(this.#writing, writing);
      editor.setDecorations(this.#draft, drafts.map(range));
      editor.setDecorations(
        this.#words,
        drafts.flatMap((unit) => wordsThatGo(document, unit)),
      );
    }
  }

  dispose(): void {
    for (const type of [this.#draft, this.#words, this.#writing]) type.dispose();
  }
}

function wordsThatGo(
  document: vscode.TextDocument,
  { span, draft, wording }: RewriteUnit,
): vscode.Range[] {
  return missingWords(draft, wording!.source).map(({ start, end }) =>
    rangeOf(document, { start: span.start + start, end: span.start + end }),
  );
}
