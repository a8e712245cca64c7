import * as vscode from 'vscode';
import { rewritePresetIds } from '../../client/rewrite.ts';
import { presetTitles } from './preset-titles.ts';

/** Offers the rewrite presets as code actions for a selection. */
export class RewriteActions implements vscode.CodeActionProvider {
  static register(): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider({ pattern: '**' }, new RewriteActions(), {
      providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite],
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (range.isEmpty || document.getText(range).trim() === '') return [];
    const titles = presetTitles();
    return rewritePresetIds.map((preset) => {
      const title = vscode.l10n.t('Rewrite: {0}', titles[preset]);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
      action.command = { title, command: 'tqstar.rewriteSelection', arguments: [{ preset }] };
      return action;
    });
  }
}
