import * as vscode from 'vscode';
import { reportFileName } from '../../protocol/report.ts';
import type { ReportState } from '../../webview/report/messages.ts';
import { size } from '../models/model-facts.ts';
import {
  readDrawings,
  readReport,
  ReportFaultError,
  type ReportFault,
  type ReportFolder,
} from './read-report.ts';

/** A folder as the editor reads it, on this machine or elsewhere. */
export function reportFolder(uri: vscode.Uri): ReportFolder {
  const at = (path: string): vscode.Uri => vscode.Uri.joinPath(uri, path);
  return {
    size: async (path) => {
      try {
        const stat = await vscode.workspace.fs.stat(at(path));
        // Of a pipe or a device it could be read without an end.
        return (stat.type & vscode.FileType.File) === 0 ? undefined : stat.size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    read: async (path) => vscode.workspace.fs.readFile(at(path)),
  };
}

/** What a panel shows of a folder, now. */
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

/** What is wrong with a file of a folder, in one sentence. */
function describeFault(uri: vscode.Uri, fault: ReportFault): string {
  const { l10n, workspace } = vscode;
  const folder = workspace.asRelativePath(uri);
  const file = workspace.asRelativePath(vscode.Uri.joinPath(uri, fault.file));
  switch (fault.kind) {
    case 'missing':
      return fault.file === reportFileName
        ? l10n.t(
            '{0} is not a finished evaluation: it has no {1}, which "tqstar eval" and "tqstar theory" write into their --out folder at the end.',
            folder,
            reportFileName,
          )
        : l10n.t('There is no file {0}.', file);
    case 'tooLarge':
      return l10n.t('{0} is larger than {1}, so it is not read.', file, size(fault.limit));
    case 'notText':
      return l10n.t('{0} is not text in UTF-8.', file);
    case 'notJson':
      return l10n.t('{0} is not valid JSON.', file);
    case 'notReport':
      return l10n.t('{0} is not the report of an evaluation ({1}).', file, fault.reason);
    case 'notDrawing':
      return l10n.t('{0} is not one SVG element without declarations.', file);
    case 'unreadable':
      return l10n.t('{0} cannot be read ({1}).', file, fault.reason);
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof vscode.FileSystemError &&
    ['FileNotFound', 'FileNotADirectory'].includes(error.code)
  );
}
