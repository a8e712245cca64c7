import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** The error for a file or folder that cannot be written; `name` begins a sentence. */
export function storageError(name: string, error: unknown): TqError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TqError(ErrorCode.storage, `${name} cannot be written (${reason}).`, {
    cause: error,
  });
}
