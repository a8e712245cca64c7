import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { l10n, workspace } from 'vscode';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The folders of a workspace that is not trusted; none in one that is. */
export function untrustedFolders(): string[] {
  if (workspace.isTrusted) return [];
  const folders = workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

/**
 * Refuses files of an untrusted workspace. Its own settings are ignored already, but those of the
 * user may name a file in it. Ids of models and relative paths, which start elsewhere, pass.
 * @throws TqError forbidden
 */
export async function requireTrusted(paths: readonly (string | undefined)[]): Promise<void> {
  const folders = untrustedFolders();
  if (folders.length === 0) return;
  for (const path of paths) {
    if (path === undefined || !isAbsolute(path)) continue;
    for (const folder of folders) {
      if (contains(folder, path) || contains(await real(folder), await real(path))) {
        throw new TqError(
          ErrorCode.forbidden,
          l10n.t('{0} is in a workspace that is not trusted. Trust the workspace to use it.', path),
        );
      }
    }
  }
}

function contains(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return !isAbsolute(rest) && !/^\.\.(?:[/\\]|$)/u.test(rest);
}

function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
