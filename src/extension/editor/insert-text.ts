import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';
import type { Span } from './tracked-span.ts';

/**
 * Replaces a range as one undo step, with the document's line endings.
 * @throws Refusal when the document cannot be edited
 */
export async function replaceRange(
  editor: vscode.TextEditor,
  range: vscode.Range,
  text: string,
): Promise<void> {
  const { document } = editor;
  const { version } = document;
  const put = await editor.edit((edit) => {
    edit.replace(range, withLineEndingsOf(document, text));
  });
  // For a read-only editor, edit() resolves with true although nothing changed.
  if (!put || document.version === version) throw new Refusal(refusal(document));
}

/**
 * Shows a document that will be edited.
 * @throws Refusal when VS Code returns the editor of another document
 */
export async function showForEditing(
  document: vscode.TextDocument,
  options?: vscode.TextDocumentShowOptions,
): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document, options);
  if (editor.document.uri.toString() === document.uri.toString()) return editor;
  throw new Refusal(refusal(document));
}

/** An editor that shows a document; opens one if none does. */
export async function editorOf(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  const shown = vscode.window.visibleTextEditors.find((each) => each.document === document);
  return shown ?? showForEditing(document, { preserveFocus: true });
}

export function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

export function withLineEndingsOf(document: vscode.TextDocument, text: string): string {
  const ending = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  return text.replace(/\r\n|\r|\n/gu, ending);
}

/** Says why a document was not changed. */
export function refusal(document: vscode.TextDocument): string {
  return vscode.l10n.t(
    '{0} was not changed because it is read-only or was edited at the same time. You can copy the text from the panel.',
    vscode.workspace.asRelativePath(document.uri),
  );
}
