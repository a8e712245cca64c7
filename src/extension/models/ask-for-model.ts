import * as vscode from 'vscode';
import { askForPath } from '../ask-for-path.ts';
import { askForText } from '../editor-messages.ts';

/** Asks for the name of a model on a hub. */
export function askForHubModel(): Thenable<string | undefined> {
  return askForText({
    title: vscode.l10n.t('Add a Model from a Hub'),
    prompt: vscode.l10n.t(
      'owner/name, owner/name@revision, or owner/name/file.gguf. The download starts after you confirm it.',
    ),
    placeHolder: 'HuggingFaceTB/SmolLM2-360M-Instruct',
    problemOf: (text) =>
      /^[^/\s]+\/[^\s]+$/u.test(text.trim()) ? undefined : vscode.l10n.t('Enter owner/name.'),
  });
}

/** Asks for a model file or folder and returns its path. */
export async function askForLocalModel(): Promise<string | undefined> {
  const title = vscode.l10n.t('Model File or Folder');
  return (await askForPath({ title, kind: 'file or folder' }))?.fsPath;
}

/** The item of a list that leads to `askForLocalModel`. */
export function localModelItem(): Omit<vscode.QuickPickItem, 'buttons'> {
  return {
    label: vscode.l10n.t('A model file or folder…'),
    description: vscode.l10n.t('GGUF, safetensors or an adapter'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
}
