import * as vscode from 'vscode';
import { Refusal } from '../messages.ts';
import type { StreamName } from '../../protocol/events.ts';
import type { Comparison, GuestMessage } from '../../webview/panel/messages.ts';
import { replaceRange, showForEditing } from '../editor/insert-text.ts';
import type { LastEditor } from '../editor/last-editor.ts';
import { textOf, type ComparisonRequest, type ReplacedText } from './comparison-run.ts';
import type { ReadonlyTexts } from './readonly-texts.ts';
import { exportJson, exportMarkdown } from './export-comparison.ts';

type Action = Extract<
  GuestMessage,
  { type: 'insert' | 'replace' | 'copy' | 'openDiff' | 'export' }
>;

/** Where an aligned text was inserted, to find its tokens again. */
export interface InsertedText {
  readonly uri: vscode.Uri;
  readonly offset: number;
  readonly text: string;
  readonly id: string;
}

/** The panel's actions on the texts of a comparison: insert, replace, copy, diff, export. */
export class PanelActions {
  #inserted: InsertedText | undefined;

  constructor(
    private readonly deps: { readonly editor: LastEditor; readonly texts: ReadonlyTexts },
  ) {}

  get inserted(): InsertedText | undefined {
    return this.#inserted;
  }

  async run(
    action: Action,
    comparison: Comparison,
    request: ComparisonRequest | undefined,
  ): Promise<void> {
    switch (action.type) {
      case 'insert':
        return this.#insert(comparison, action.stream);
      case 'replace':
        return replaceText(request?.replaces, textOf(comparison[action.stream]));
      case 'copy':
        return vscode.env.clipboard.writeText(textOf(comparison[action.stream]));
      case 'openDiff':
        return this.#openDiff(comparison);
      case 'export':
        return exportComparison(comparison, action.format);
    }
  }

  async #insert(comparison: Comparison, stream: StreamName): Promise<void> {
    const text = textOf(comparison[stream]);
    const editor = await this.deps.editor.show();
    const { document, selection } = editor;
    const offset = document.offsetAt(selection.start);
    await replaceRange(editor, selection, text);
    if (stream === 'aligned') {
      this.#inserted = { uri: document.uri, offset, text, id: comparison.id };
    }
  }

  async #openDiff({ plain, aligned }: Comparison): Promise<void> {
    const { texts } = this.deps;
    const title = vscode.l10n.t('Plain and Aligned');
    const left = texts.set('plain.txt', textOf(plain));
    const right = texts.set('aligned.txt', textOf(aligned));
    await vscode.commands.executeCommand('vscode.diff', left, right, title);
  }
}

/** Replaces the selected text, unless it has changed since. */
async function replaceText(replaces: ReplacedText | undefined, text: string): Promise<void> {
  if (!replaces) return;
  const document = await vscode.workspace.openTextDocument(replaces.uri);
  if (document.getText(replaces.range) !== replaces.text) {
    throw new Refusal(
      vscode.l10n.t(
        'The selected text in {0} has changed, so it was not replaced. Use Copy or Insert instead.',
        vscode.workspace.asRelativePath(replaces.uri),
      ),
    );
  }
  const editor =
    vscode.window.visibleTextEditors.find((each) => each.document === document) ??
    (await showForEditing(document));
  await replaceRange(editor, replaces.range, text);
}

async function exportComparison(
  comparison: Comparison,
  format: 'markdown' | 'json',
): Promise<void> {
  const content = format === 'json' ? exportJson(comparison) : exportMarkdown(comparison);
  const document = await vscode.workspace.openTextDocument({ language: format, content });
  await vscode.window.showTextDocument(document, { preview: false });
}
