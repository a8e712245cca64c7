import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { openRegularFile } from '../limits/regular-file.ts';
import { badModel, truncatedFile } from './malformed.ts';
import { unreadableModel } from './model-file.ts';

/** A regular file, read by position; each failure is a TqError that names the file. */
export class ModelSource {
  private constructor(
    /** The file's name without its folder, for messages. */
    readonly label: string,
    /** Size in bytes when it was opened. */
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  static async open(path: string): Promise<ModelSource> {
    const { handle, size } = await openRegularFile(path).catch((error: unknown) => {
      throw unreadableModel(path, error);
    });
    return new ModelSource(basename(path), size, handle);
  }

  /** Fills the target from the position on; synchronous, for headers. */
  readSync(target: Uint8Array, position: number): void {
    let filled = 0;
    while (filled < target.length) {
      let got: number;
      try {
        got = readSync(this.handle.fd, target, filled, target.length - filled, position + filled);
      } catch (error) {
        throw readFailure(this.label, error);
      }
      if (got === 0) throw this.#shrunk(position, position + target.length, filled);
      filled += got;
    }
  }

  /** Fills the target from the position on. */
  async read(target: Uint8Array, position: number): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.handle
        .read(target, filled, target.length - filled, position + filled)
        .catch((error: unknown) => {
          throw readFailure(this.label, error);
        });
      if (bytesRead === 0) throw this.#shrunk(position, position + target.length, filled);
      filled += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  #shrunk(start: number, end: number, filled: number) {
    return truncatedFile(
      this.label,
      'a part that existed when it was opened',
      start,
      end,
      start + filled,
    );
  }
}

function readFailure(label: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return badModel(`${label} cannot be read${code}.`, error);
}
