import * as vscode from 'vscode';
import { errorAt } from '../editor-messages.ts';
import { findRewardProblems } from './reward-problems.ts';

/** Reports problems with the rewards in tqstar.rewards as diagnostics of settings files. */
export class RewardDiagnostics implements vscode.Disposable {
  readonly #found = vscode.languages.createDiagnosticCollection('tqstar');
  readonly #subscriptions: vscode.Disposable;

  constructor(private readonly catalogue: readonly string[]) {
    const check = (document: vscode.TextDocument): void => {
      this.#check(document);
    };
    this.#subscriptions = vscode.Disposable.from(
      this.#found,
      vscode.workspace.onDidOpenTextDocument(check),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        check(document);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#found.delete(uri);
      }),
    );
    vscode.workspace.textDocuments.forEach(check);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #check(document: vscode.TextDocument): void {
    if (!/(?:settings\.json|\.code-workspace)$/u.test(document.uri.path)) return;
    const problems = findRewardProblems(document.getText(), this.catalogue);
    this.#found.set(
      document.uri,
      problems.map(({ offset, length, message }) => {
        const start = document.positionAt(offset);
        const range = new vscode.Range(start, document.positionAt(offset + length));
        return errorAt(range, message);
      }),
    );
  }
}
