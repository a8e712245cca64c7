import * as vscode from 'vscode';
import { reportPanelStateSchema } from '../../webview/report/messages.ts';
import { openTab } from '../editor-messages.ts';
import { Refusal, type Messages } from '../messages.ts';
import { EvaluationPanel } from './evaluation-panel.ts';
import { readState } from './report-folder.ts';

export const evaluationViewType = 'tqstar.evaluation';

/** The open reports, one panel for each folder. */
export class EvaluationPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #open = new Map<string, EvaluationPanel>();

  constructor(
    private readonly deps: { readonly extensionUri: vscode.Uri; readonly messages: Messages },
  ) {}

  /**
   * Shows the report of a folder, in its open panel if there is one.
   * @throws Refusal when the folder has no readable report
   */
  async show(folder: vscode.Uri): Promise<EvaluationPanel> {
    const state = await readState(folder);
    if ('problem' in state) throw new Refusal(state.problem);
    const open = this.#open.get(folder.toString());
    if (open) {
      open.reveal(state);
      return open;
    }
    const panel = openTab(evaluationViewType, state.report.title, vscode.ViewColumn.Active);
    return this.#adopt(panel, folder, state);
  }

  /** VS Code calls this for a panel that was open when the window reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = reportPanelStateSchema.safeParse(state);
    if (!kept.success) {
      panel.dispose();
      return;
    }
    const folder = vscode.Uri.parse(kept.data.folder);
    this.#adopt(panel, folder, await readState(folder));
  }

  dispose(): void {
    for (const panel of [...this.#open.values()]) panel.dispose();
  }

  #adopt(
    panel: vscode.WebviewPanel,
    folder: vscode.Uri,
    state: Awaited<ReturnType<typeof readState>>,
  ): EvaluationPanel {
    const key = folder.toString();
    const adopted = new EvaluationPanel(panel, folder, state, this.deps);
    this.#open.set(key, adopted);
    panel.onDidDispose(() => {
      this.#open.delete(key);
    });
    return adopted;
  }
}
