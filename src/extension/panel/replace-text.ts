import * as vscode from 'vscode';
import type { Comparison, ReplacedText, StreamState } from '../../webview/panel/messages.ts';
import { replaceRange, showForEditing, withLineEndingsOf } from '../editor/insert-text.ts';
import { Refusal, type Messages } from '../messages.ts';
import { textOf } from './comparison-run.ts';

/**
 * Replaces the text that a comparison may replace, wherever it is in its document now. Asks first
 * if the new text is cut off or lost facts.
 * @returns what the result may replace from now on; undefined if the person declined
 * @throws Refusal when the text is no longer in the document, or the new one is not finished
 */
export async function replaceText(
  { replaces }: Comparison,
  stream: StreamState,
  messages: Messages,
): Promise<ReplacedText | undefined> {
  if (!replaces) return undefined;
  if (!stream.done) {
    throw new Refusal(
      vscode.l10n.t('The text is still being written. Replace it when it is done.'),
    );
  }
  const document = await openedDocument(replaces);
  const range = document && placeOf(document, replaces);
  if (!range) {
    throw new Refusal(
      vscode.l10n.t(
        'The selected text in {0} has changed, so it was not replaced. Use Copy or Insert instead.',
        vscode.workspace.asRelativePath(vscode.Uri.parse(replaces.uri)),
      ),
    );
  }
  if (!(await isWanted(stream, messages))) return undefined;
  const editor =
    vscode.window.visibleTextEditors.find((each) => each.document === document) ??
    (await showForEditing(document));
  const text = textOf(stream);
  await replaceRange(editor, range, text);
  return { ...replaces, start: document.offsetAt(range.start), text };
}

/** A new untitled document must not take the place of one that was closed. */
async function openedDocument({ uri }: ReplacedText): Promise<vscode.TextDocument | undefined> {
  const opened = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
  const parsed = vscode.Uri.parse(uri);
  if (opened || parsed.scheme === 'untitled') return opened;
  return vscode.workspace.openTextDocument(parsed).then(
    (document) => document,
    () => undefined,
  );
}

/** Where the text is: at its old place, or else at the only other one. */
function placeOf(
  document: vscode.TextDocument,
  { start, text }: ReplacedText,
): vscode.Range | undefined {
  const source = document.getText();
  const wanted = withLineEndingsOf(document, text);
  const first = source.startsWith(wanted, start) ? start : source.indexOf(wanted);
  const isUnique = first === start || source.indexOf(wanted, first + 1) < 0;
  if (wanted === '' || first < 0 || !isUnique) return undefined;
  return new vscode.Range(document.positionAt(first), document.positionAt(first + wanted.length));
}

async function isWanted({ done, review }: StreamState, messages: Messages): Promise<boolean> {
  const { missing = [], changed = [] } = review?.facts ?? {};
  const lost = [...missing, ...changed.map(({ from }) => from)];
  const problems = [
    ...(done?.stop === 'length' || done?.stop === 'cancelled'
      ? [vscode.l10n.t('The new text is cut off.')]
      : []),
    ...(lost.length > 0
      ? [vscode.l10n.t('It lost facts of the draft: {0}.', lost.join(', '))]
      : []),
  ];
  if (problems.length === 0) return true;
  return messages.confirm(
    vscode.l10n.t('Replace the draft with this text?'),
    problems.join(' '),
    vscode.l10n.t('Replace'),
  );
}
