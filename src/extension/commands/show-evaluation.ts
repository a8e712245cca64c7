import * as vscode from 'vscode';
import { askForPath } from '../ask-for-path.ts';
import type { Ctx } from '../context.ts';
import { pickItem } from '../editor-messages.ts';
import type { EvaluationPanel } from '../evaluation/evaluation-panel.ts';

interface FolderItem extends vscode.QuickPickItem {
  /** Undefined for the item that opens the folder dialog. */
  readonly folder?: vscode.Uri;
}

/**
 * Shows the report of an evaluation.
 * @param given its folder, or a file in that folder; without it, the person is asked
 */
export async function showEvaluation(
  ctx: Ctx,
  given?: vscode.Uri,
): Promise<EvaluationPanel | undefined> {
  const folder = given ? await folderOf(given) : await pick(ctx);
  return folder && ctx.evaluations.show(folder);
}

async function folderOf(given: vscode.Uri): Promise<vscode.Uri> {
  const stat = await vscode.workspace.fs.stat(given).then(undefined, () => undefined);
  const isFile = stat !== undefined && (stat.type & vscode.FileType.Directory) === 0;
  return isFile ? vscode.Uri.joinPath(given, '..') : given;
}

async function pick({ evaluationFolders }: Ctx): Promise<vscode.Uri | undefined> {
  const found = await evaluationFolders.find();
  if (found.length === 0) return browse();
  const items = found.map(({ folder, title }): FolderItem => ({
    label: title,
    description: vscode.workspace.asRelativePath(folder),
    iconPath: new vscode.ThemeIcon('graph'),
    folder,
  }));
  const other: FolderItem = {
    label: vscode.l10n.t('Browse…'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
  const chosen = await pickItem([...items, other], {
    title: vscode.l10n.t('Evaluations'),
    placeHolder: vscode.l10n.t('Choose a report'),
    matchOnDescription: true,
  });
  return chosen && (chosen.folder ?? browse());
}

function browse(): Promise<vscode.Uri | undefined> {
  return askForPath({
    title: vscode.l10n.t('Evaluation Folder'),
    openLabel: vscode.l10n.t('Show'),
    kind: 'folder',
  });
}
