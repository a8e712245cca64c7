import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';

/** Puts text in the place of a range as one undo step, with the document's line endings. */
export async function putText(
  editor: vscode.TextEditor,
  range: vscode.Range,
  text: string,
): Promise<void> {
  const { document } = editor;
  const { version } = document;
  const put = await editor.edit((edit) => {
    edit.replace(range, withLineEndingsOf(document, text));
  });
  // A read-only editor says that it made the edit, but its document stays as it was.
  if (!put || document.version === version) throw new Refusal(refusal(document));
}

/** Shows a document to write into; refused where vscode answers with the editor of another one. */
export async function showToWrite(
  document: vscode.TextDocument,
  options?: vscode.TextDocumentShowOptions,
): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document, options);
  if (editor.document.uri.toString() === document.uri.toString()) return editor;
  throw new Refusal(refusal(document));
}

export function withLineEndingsOf(document: vscode.TextDocument, text: string): string {
  const ending = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  return text.replace(/\r\n|\r|\n/gu, ending);
}

/** Why a document took no text. */
export function refusal(document: vscode.TextDocument): string {
  return vscode.l10n.t(
    '{0} was not changed: it is read-only, or it was changed at the same moment. The text is in the panel and can be copied.',
    vscode.workspace.asRelativePath(document.uri),
  );
}
