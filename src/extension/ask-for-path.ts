import * as vscode from 'vscode';

/** Asks for one file or folder; undefined when the person cancels. */
export async function askForPath(
  options: Pick<vscode.OpenDialogOptions, 'title' | 'openLabel'> & {
    readonly kind: 'folder' | 'file or folder';
  },
): Promise<vscode.Uri | undefined> {
  const { kind, ...dialog } = options;
  const picked = await vscode.window.showOpenDialog({
    ...dialog,
    canSelectFiles: kind !== 'folder',
    canSelectFolders: true,
  });
  return picked?.[0];
}
