import * as vscode from 'vscode';
import { rangeOf } from './insert-text.ts';
import type { RewriteSession } from './rewrite-session.ts';
import type { RewriteUnit } from './rewrite-unit.ts';

/** Scrolls to the unit that is being written, until the person scrolls elsewhere. */
export class RewriteFollower {
  #last: RewriteUnit | undefined;

  follow({ document, units, isWriting }: RewriteSession): void {
    const unit = isWriting ? units.find(({ state }) => state === 'writing') : undefined;
    if (!unit || unit === this.#last) return;
    const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
    const last = this.#last;
    this.#last = unit;
    if (!editor) return;
    const watched = !last || isVisible(editor, rangeOf(document, last.span));
    const range = rangeOf(document, unit.span);
    if (watched && !isVisible(editor, range)) {
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  reset(): void {
    this.#last = undefined;
  }
}

function isVisible(editor: vscode.TextEditor, range: vscode.Range): boolean {
  return editor.visibleRanges.some((visible) => visible.intersection(range) !== undefined);
}
