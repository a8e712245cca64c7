import * as vscode from 'vscode';
import { reportFileName } from '../../protocol/report.ts';
import {
  reportGuestMessageSchema,
  type ReportGuestMessage,
  type ReportHostMessage,
  type ReportState,
} from '../../webview/report/messages.ts';
import type { Messages } from '../messages.ts';
import { plain } from '../plain.ts';
import { loadPage } from '../webview/webview-page.ts';
import { readState } from './report-folder.ts';

/**
 * A panel with the report of a folder, updated when the report changes. The folder is not trusted:
 * the webview gets checked data and draws it as text. It never gets report.html, and it cannot load
 * files of the folder.
 */
export class EvaluationPanel implements vscode.Disposable {
  readonly #watcher: vscode.FileSystemWatcher;
  #ready = false;
  #readings = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly folder: vscode.Uri,
    private shown: ReportState,
    private readonly deps: { readonly extensionUri: vscode.Uri; readonly messages: Messages },
  ) {
    // An evaluation writes this file last. The panel keeps its content when the file is deleted.
    const pattern = new vscode.RelativePattern(folder, reportFileName);
    this.#watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
    const refresh = (): void => {
      this.#refresh().catch(this.#fail);
    };
    this.#watcher.onDidCreate(refresh);
    this.#watcher.onDidChange(refresh);
    panel.onDidDispose(() => {
      this.#ready = false;
      this.#watcher.dispose();
    });
    this.#setTitle();
    loadPage(panel, {
      extensionUri: deps.extensionUri,
      name: 'report',
      images: true,
      messageSchema: reportGuestMessageSchema,
      onMessage: (message) => this.#handle(message),
      onError: this.#fail,
    });
  }

  get state(): ReportState {
    return this.shown;
  }

  reveal(state: ReportState): void {
    this.panel.reveal();
    this.#show(state);
  }

  dispose(): void {
    this.panel.dispose();
  }

  async #handle(message: ReportGuestMessage): Promise<void> {
    switch (message.type) {
      case 'ready': {
        const shownAgain = this.#ready;
        this.#ready = true;
        this.#post();
        // Watchers can miss changes, on network drives for example.
        if (shownAgain) await this.#refresh();
        return;
      }
      case 'openTable':
        await this.openTable(message.id);
        return;
    }
  }

  /** Opens the CSV of a table of the report in an editor; ignores other ids. */
  async openTable(id: string): Promise<void> {
    const tables =
      'report' in this.shown ? this.shown.report.sections.flatMap((s) => s.tables) : [];
    if (!tables.some((table) => table.id === id)) return;
    const file = vscode.Uri.joinPath(this.folder, `${id}.csv`);
    await vscode.commands.executeCommand('vscode.open', file);
  }

  /** Reads the folder again; when readings overlap, the one that started last wins. */
  async #refresh(): Promise<void> {
    this.#readings += 1;
    const own = this.#readings;
    const state = await readState(this.folder);
    if (own === this.#readings) this.#show(state);
  }

  #show(state: ReportState): void {
    this.shown = state;
    this.#setTitle();
    this.#post();
  }

  #setTitle(): void {
    if ('report' in this.shown) this.panel.title = plain(this.shown.report.title);
  }

  #post(): void {
    const message: ReportHostMessage = { folder: this.folder.toString(), state: this.shown };
    if (this.#ready) void this.panel.webview.postMessage(message);
  }

  readonly #fail = (error: unknown): void => {
    this.deps.messages.fail(error);
  };
}
