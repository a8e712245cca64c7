import * as vscode from 'vscode';
import { formatBytes } from '../../protocol/units.ts';
import { reportFileName } from '../../protocol/report.ts';
import type { ReportState } from '../../webview/report/messages.ts';
import {
  readDrawings,
  readReport,
  ReportFaultError,
  type ReportFault,
  type ReportFolder,
} from './read-report.ts';

/** A folder that VS Code's file system API reads, local or remote. */
export function reportFolder(uri: vscode.Uri): ReportFolder {
  const at = (path: string): vscode.Uri => vscode.Uri.joinPath(uri, path);
  return {
    size: async (path) => {
      try {
        const stat = await vscode.workspace.fs.stat(at(path));
        // A pipe or a device could be read endlessly.
        return (stat.type & vscode.FileType.File) === 0 ? undefined : stat.size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    read: async (path) => vscode.workspace.fs.readFile(at(path)),
  };
}

/** Reads what a panel shows for a folder: the report, or the problem with it. */
export async function readState(uri: vscode.Uri): Promise<ReportState> {
  const folder = reportFolder(uri);
  try {
    const report = await readReport(folder);
    const drawings = (await readDrawings(folder, report)).map((drawing) =>
      'svg' in drawing ? drawing : { id: drawing.id, problem: describeFault(uri, drawing.fault) },
    );
    return { report, drawings };
  } catch (error) {
    if (!(error instanceof ReportFaultError)) throw error;
    return { problem: describeFault(uri, error.fault) };
  }
}

/** Describes a fault in one sentence. */
function describeFault(uri: vscode.Uri, fault: ReportFault): string {
  const { l10n, workspace } = vscode;
  const folder = workspace.asRelativePath(uri);
  const file = workspace.asRelativePath(vscode.Uri.joinPath(uri, fault.file));
  switch (fault.kind) {
    case 'missing':
      return fault.file === reportFileName
        ? l10n.t(
            '{0} is not a finished evaluation: it has no {1}. "tqstar eval" and "tqstar theory" write that file into their --out folder at the end.',
            folder,
            reportFileName,
          )
        : l10n.t('The file {0} does not exist.', file);
    case 'tooLarge':
      return l10n.t('{0} is larger than {1}, the limit.', file, formatBytes(fault.limit));
    case 'notText':
      return l10n.t('{0} is not UTF-8 text.', file);
    case 'notJson':
      return l10n.t('{0} is not valid JSON.', file);
    case 'notReport':
      return l10n.t('{0} is not an evaluation report ({1}).', file, fault.reason);
    case 'notDrawing':
      return l10n.t('{0} is not a drawing of an evaluation ({1}).', file, fault.reason);
    case 'unreadable':
      return l10n.t('Cannot read {0} ({1}).', file, fault.reason);
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof vscode.FileSystemError &&
    ['FileNotFound', 'FileNotADirectory'].includes(error.code)
  );
}
