import * as vscode from 'vscode';
import { reportFileName } from '../../protocol/report.ts';
import { readReport, ReportFaultError } from './read-report.ts';
import { reportFolder } from './report-folder.ts';

/** Maximum number of folders to look at in a workspace. */
const maxFolders = 100;

/** A folder of the workspace that contains a report. */
export interface FoundEvaluation {
  readonly folder: vscode.Uri;
  readonly title: string;
}

/**
 * Finds the evaluations of the workspace. Folders with a report.json are listed in a context key,
 * which the explorer's menu uses. VS Code's search finds them after activation; their content is
 * read only when a person lists or opens them.
 */
export class EvaluationFolders implements vscode.Disposable {
  readonly #watcher = vscode.workspace.createFileSystemWatcher(
    `**/${reportFileName}`,
    false,
    true,
    false,
  );
  readonly #subscriptions: vscode.Disposable;

  constructor() {
    const markFolders = (): void => {
      void this.#markFolders();
    };
    this.#subscriptions = vscode.Disposable.from(
      this.#watcher,
      this.#watcher.onDidCreate(markFolders),
      this.#watcher.onDidDelete(markFolders),
      vscode.workspace.onDidChangeWorkspaceFolders(markFolders),
    );
    markFolders();
  }

  /** Reads the evaluations of the workspace; skips a report.json of another program. */
  async find(): Promise<FoundEvaluation[]> {
    const found: FoundEvaluation[] = [];
    for (const folder of await this.#candidates()) {
      try {
        const { title } = await readReport(reportFolder(folder));
        found.push({ folder, title });
      } catch (error) {
        if (!(error instanceof ReportFaultError)) throw error;
      }
    }
    return found;
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #markFolders(): Promise<void> {
    const paths = (await this.#candidates()).map(({ fsPath }) => fsPath);
    await vscode.commands.executeCommand('setContext', 'tqstar.evaluationFolders', paths);
  }

  async #candidates(): Promise<vscode.Uri[]> {
    const files = await vscode.workspace.findFiles(
      `**/${reportFileName}`,
      '**/node_modules/**',
      maxFolders,
    );
    return files
      .map((file) => vscode.Uri.joinPath(file, '..'))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
