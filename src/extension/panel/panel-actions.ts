import * as vscode from 'vscode';
import type { StreamName } from '../../protocol/events.ts';
import type {
  Comparison,
  GuestMessage,
  ReplacedText,
  SweepPoint,
} from '../../webview/panel/messages.ts';
import { replaceRange } from '../editor/insert-text.ts';
import type { LastEditor } from '../editor/last-editor.ts';
import type { Messages } from '../messages.ts';
import { textOf } from './comparison-run.ts';
import type { ReadonlyTexts } from './readonly-texts.ts';
import { replaceText } from './replace-text.ts';
import { exportJson, exportMarkdown } from './export-comparison.ts';

/** What an action did. */
export interface ActionResult {
  /** For the person; empty if the window shows it. */
  readonly notice: string;
  /** What the result may replace from now on, if that changed. */
  readonly replaces?: ReplacedText | undefined;
}

const shown: ActionResult = { notice: '' };

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
    private readonly deps: {
      readonly editor: LastEditor;
      readonly texts: ReadonlyTexts;
      readonly messages: Messages;
    },
  ) {}

  get inserted(): InsertedText | undefined {
    return this.#inserted;
  }

  async run(action: Action, comparison: Comparison): Promise<ActionResult> {
    switch (action.type) {
      case 'insert':
        await this.#insert(comparison, action.stream);
        return { notice: vscode.l10n.t('Inserted') };
      case 'replace':
        return this.#replace(comparison, action.stream);
      case 'copy':
        await vscode.env.clipboard.writeText(textOf(comparison[action.stream]));
        return { notice: vscode.l10n.t('Copied') };
      case 'openDiff':
        await this.#openDiff(comparison);
        return shown;
      case 'export':
        await exportComparison(comparison, action.format);
        return shown;
    }
  }

  /** Opens the text of a point of the plot, to read. */
  async openPoint({ alpha, text }: SweepPoint): Promise<vscode.TextDocument> {
    const uri = this.deps.texts.set(`α = ${alpha}.txt`, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    return document;
  }

  async #replace(comparison: Comparison, stream: StreamName): Promise<ActionResult> {
    const replaces = await replaceText(comparison, comparison[stream], this.deps.messages);
    return replaces ? { notice: vscode.l10n.t('Replaced'), replaces } : shown;
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

async function exportComparison(
  comparison: Comparison,
  format: 'markdown' | 'json',
): Promise<void> {
  const content = format === 'json' ? exportJson(comparison) : exportMarkdown(comparison);
  const document = await vscode.workspace.openTextDocument({ language: format, content });
  await vscode.window.showTextDocument(document, { preview: false });
}
