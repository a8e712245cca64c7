import * as vscode from 'vscode';
import { reportFileName } from '../../protocol/report.ts';
import { readReport, ReportFaultError } from './read-report.ts';
import { reportFolder } from './report-folder.ts';

/** Most folders that are looked at in a workspace. */
const maxFolders = 100;

/** A folder of the workspace with a report in it. */
export interface FoundEvaluation {
  readonly folder: vscode.Uri;
  readonly title: string;
}

/**
 * The evaluations of the workspace. Which folders may be some is kept in a context key, for the
 * explorer's menu: the editor's own search finds them after activation, and nothing in them is read
 * until a person asks.
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
    const look = (): void => {
      void this.#markFolders();
    };
    this.#subscriptions = vscode.Disposable.from(
      this.#watcher,
      this.#watcher.onDidCreate(look),
      this.#watcher.onDidDelete(look),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
    );
    look();
  }

  /** Reads which folders are evaluations; the report.json of another program is none. */
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
