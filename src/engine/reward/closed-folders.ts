import { realpathSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/**
 * Refuses a path inside one of the closed folders, also by way of a link.
 * @throws TqError forbidden
 */
export function requireOutside(path: string, closed: readonly string[]): void {
  const isInside = closed.some(
    (folder) => contains(folder, path) || contains(real(folder), real(path)),
  );
  if (!isInside) return;
  throw new TqError(
    ErrorCode.forbidden,
    `The reward uses ${path}, a file of a workspace that is not trusted; trust the workspace to use it.`,
  );
}

function contains(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return !isAbsolute(rest) && !/^\.\.(?:[/\\]|$)/u.test(rest);
}

function real(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
