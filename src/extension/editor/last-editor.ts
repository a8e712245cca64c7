import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';
import { showForEditing } from './insert-text.ts';

/** Schemes of documents with program output, which a person does not write. */
const outputSchemes = new Set(['output', 'debug', 'comment']);

/** The last active text editor. While a button of the panel is pressed, the panel has the focus. */
export class LastEditor implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  #last: vscode.TextEditor | undefined;

  constructor() {
    this.#note(vscode.window.activeTextEditor);
    this.#subscription = vscode.window.onDidChangeActiveTextEditor((editor) => {
      this.#note(editor);
    });
  }

  get document(): vscode.TextDocument | undefined {
    // The event for the active editor can arrive late.
    this.#note(vscode.window.activeTextEditor);
    const last = this.#last;
    return last && !last.document.isClosed ? last.document : undefined;
  }

  get selection(): vscode.Selection | undefined {
    return this.document && this.#last?.selection;
  }

  /**
   * The editor; opens its document again when it is hidden.
   * @throws Refusal when no text editor is open
   */
  async show(): Promise<vscode.TextEditor> {
    const last = this.document && this.#last;
    if (!last) {
      throw new Refusal(vscode.l10n.t('No text editor is open. Open a document first.'), [
        {
          title: vscode.l10n.t('New File'),
          command: 'workbench.action.files.newUntitledFile',
        },
      ]);
    }
    const visible = vscode.window.visibleTextEditors;
    const shown =
      visible.find((editor) => editor === last) ??
      visible.find(({ document }) => document === last.document);
    if (shown && shown === vscode.window.activeTextEditor) return shown;
    // VS Code shows a notebook cell in its notebook, not as a separate document.
    if (shown && last.document.uri.scheme === 'vscode-notebook-cell') return shown;
    const column = (shown ?? last).viewColumn;
    return showForEditing(last.document, {
      ...(column !== undefined && { viewColumn: column }),
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #note(editor: vscode.TextEditor | undefined): void {
    if (editor && !outputSchemes.has(editor.document.uri.scheme)) this.#last = editor;
  }
}
