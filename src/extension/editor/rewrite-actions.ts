import * as vscode from 'vscode';
import { codeAction } from '../editor-messages.ts';
import { presetsFor, presetTitle } from '../settings/presets.ts';
import type { Settings } from '../settings/settings.ts';

/** Offers the rewrite presets as code actions for a selection. */
export class RewriteActions implements vscode.CodeActionProvider {
  constructor(private readonly settings: Settings) {}

  static register(settings: Settings): vscode.Disposable {
    const actions = new RewriteActions(settings);
    return vscode.languages.registerCodeActionsProvider({ pattern: '**' }, actions, {
      providedCodeActionKinds: [vscode.CodeActionKind.RefactorRewrite],
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    if (range.isEmpty || document.getText(range).trim() === '') return [];
    return presetsFor(this.settings, document).map((preset) => {
      const title = vscode.l10n.t('Rewrite: {0}', presetTitle(preset));
      const action = codeAction(title, vscode.CodeActionKind.RefactorRewrite);
      action.command = {
        title,
        command: 'tqstar.rewriteSelection',
        arguments: [{ preset: preset.id }],
      };
      return action;
    });
  }
}
