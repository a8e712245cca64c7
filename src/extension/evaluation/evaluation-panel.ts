import * as vscode from 'vscode';
import { reportFileName } from '../../protocol/report.ts';
import {
  reportGuestMessageSchema,
  type ReportGuestMessage,
  type ReportHostMessage,
  type ReportState,
} from '../../webview/report/messages.ts';
import type { Messages } from '../messages.ts';
import { panelHtml } from '../panel/panel-html.ts';
import { readState } from './report-folder.ts';

/**
 * The report of a folder, as it is now. The webview gets data that were checked and draws them as
 * text; report.html, which a stranger may have written, is never put into it, and of the folder
 * itself it can load nothing.
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
    const { extensionUri } = deps;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'panel.svg');
    panel.webview.onDidReceiveMessage((raw: unknown) => {
      const message = reportGuestMessageSchema.safeParse(raw);
      if (message.success) this.#handle(message.data).catch(this.#fail);
    });
    // It is the last file that a report writes; while it is gone, what was there stays.
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
    panel.webview.html = panelHtml(panel.webview, dist, { name: 'report', images: true });
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
        // Watchers do not see everything, on a network's disk for one.
        if (shownAgain) await this.#refresh();
        return;
      }
      case 'openTable':
        await this.openTable(message.id);
        return;
    }
  }

  /** Opens the CSV of one of the report's tables in an editor. */
  async openTable(id: string): Promise<void> {
    const tables =
      'report' in this.shown ? this.shown.report.sections.flatMap((s) => s.tables) : [];
    if (!tables.some((table) => table.id === id)) return;
    const file = vscode.Uri.joinPath(this.folder, `${id}.csv`);
    await vscode.commands.executeCommand('vscode.open', file);
  }

  /** Reads the folder again; of several readings at a time the last one that began counts. */
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
    if ('report' in this.shown) this.panel.title = this.shown.report.title;
  }

  #post(): void {
    const message: ReportHostMessage = { folder: this.folder.toString(), state: this.shown };
    if (this.#ready) void this.panel.webview.postMessage(message);
  }

  readonly #fail = (error: unknown): void => {
    this.deps.messages.fail(error);
  };
}
