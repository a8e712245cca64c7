import type { ReadStream } from 'node:fs';
import { basename } from 'node:path';
import { openRegularFile, readRegularFile, UnreadableFile } from '../limits/regular-file.ts';
import { badModel } from './malformed.ts';

/**
 * The content of a file of a model; undefined if it does not exist.
 * @throws TqError badModel that names a file that is no regular one, or larger than `maxBytes`
 */
export async function readModelFile(path: string, maxBytes: number): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(path, maxBytes);
  } catch (error) {
    if (error instanceof UnreadableFile && error.isMissing) return undefined;
    throw unreadableModel(path, error);
  }
}

/**
 * A file of a model as a stream, which closes it.
 * @throws TqError badModel that names a file that is no regular one
 */
export async function streamModelFile(path: string): Promise<ReadStream> {
  const { handle } = await openRegularFile(path).catch((error: unknown) => {
    throw unreadableModel(path, error);
  });
  return handle.createReadStream({ highWaterMark: 1 << 20 });
}

/** One sentence for a file that cannot be opened or read; other errors are returned unchanged. */
export function unreadableModel(path: string, error: unknown): unknown {
  if (!(error instanceof UnreadableFile)) return error;
  return badModel(`${basename(path)} ${error.message}.`, error);
}
