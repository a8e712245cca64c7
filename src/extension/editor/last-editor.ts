import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';
import { showToWrite } from './insert-text.ts';

/** Documents that are lists of what programs said, not a person's text. */
const outputSchemes = new Set(['output', 'debug', 'comment']);

/**
 * The text editor a person worked in last; the panel has the focus while its buttons are pressed.
 */
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
    // The editor in front may be told of a moment later.
    this.#note(vscode.window.activeTextEditor);
    const last = this.#last;
    return last && !last.document.isClosed ? last.document : undefined;
  }

  get selection(): vscode.Selection | undefined {
    return this.document && this.#last?.selection;
  }

  /** The editor, shown again when it was hidden. */
  async show(): Promise<vscode.TextEditor> {
    const last = this.document && this.#last;
    if (!last) {
      throw new Refusal(vscode.l10n.t('No text editor is open; open a document first.'), [
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
    // A notebook cell is shown by its notebook, not as a document of its own.
    if (shown && last.document.uri.scheme === 'vscode-notebook-cell') return shown;
    const column = (shown ?? last).viewColumn;
    return showToWrite(last.document, {
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
