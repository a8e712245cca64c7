import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Without it, opening a named pipe waits for its writer; Windows has no such pipes in folders. */
const withoutWaiting = constants.O_NONBLOCK ?? 0;

/** Why a file is not read; the message completes the sentence "The file ...". */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(
    message: string,
    readonly isMissing: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A regular file, open for reading, and its size in bytes. */
export interface RegularFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Opens a file for reading if it is a regular one: a folder, a named pipe and a device are refused
 * without waiting for them. Follows links.
 * @throws UnreadableFile
 */
export async function openRegularFile(path: string): Promise<RegularFile> {
  const handle = await open(path, constants.O_RDONLY | withoutWaiting).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new UnreadableFile('is not a regular file', false);
    return { handle, size: found.size };
  } catch (error) {
    await handle.close();
    throw unreadable(error);
  }
}

/**
 * The content of a regular file of at most `maxBytes`.
 * @throws UnreadableFile before anything is read if the file is not regular or larger
 */
export async function readRegularFile(path: string, maxBytes: number): Promise<Buffer> {
  const { handle, size } = await openRegularFile(path);
  try {
    if (size > maxBytes) {
      throw new UnreadableFile(`has ${size} bytes; at most ${maxBytes} are allowed`, false);
    }
    // One byte more than its size: a file in /proc says 0, and another may have grown.
    const bytes = Buffer.allocUnsafe(maxBytes < size + 1 ? size : Math.max(size + 1, 4096));
    let filled = 0;
    for (;;) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, null);
      filled += bytesRead;
      if (bytesRead === 0) return bytes.subarray(0, filled);
      if (filled > size) throw new UnreadableFile('changed while it was read', false);
    }
  } catch (error) {
    throw unreadable(error);
  } finally {
    await handle.close();
  }
}

function unreadable(error: unknown): Error {
  if (!(error instanceof Error) || !('code' in error)) return error as Error;
  if (error.code === 'ENOENT') return new UnreadableFile('does not exist', true, { cause: error });
  // Opening a socket fails.
  if (error.code === 'ENXIO') {
    return new UnreadableFile('is not a regular file', false, { cause: error });
  }
  return new UnreadableFile(`cannot be read (${String(error.code)})`, false, { cause: error });
}
