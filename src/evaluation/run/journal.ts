import { createReadStream } from 'node:fs';
import { open, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { syncFolder } from '../../protocol/durable-files.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { storageError } from './storage-error.ts';

/**
 * An append-only file of JSON lines that keeps what was appended after a power failure. Opening it
 * removes a last line that a kill left incomplete.
 */
export class Journal {
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws TqError storage if the file cannot be opened for writing */
  static async open(file: string): Promise<Journal> {
    try {
      const handle = await open(file, 'a+');
      await cutUnfinishedLine(file, handle);
      await syncFolder(dirname(file));
      return new Journal(file, handle);
    } catch (error) {
      throw storageError(`The file ${file}`, error);
    }
  }

  /** Reads and parses line by line, so large files need little memory. */
  async *read(): AsyncGenerator<unknown, void, void> {
    const input = createReadStream(this.file, 'utf8');
    let number = 0;
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      try {
        yield JSON.parse(line);
      } catch {
        throw new TqError(
          ErrorCode.storage,
          `Line ${number} of ${this.file} is not JSON; remove that line and run the command again.`,
        );
      }
    }
  }

  /** Appends one line; resolves when the line is on disk. */
  append(value: unknown): Promise<void> {
    const line = `${JSON.stringify(value)}\n`;
    const written = this.#writing.then(async () => {
      try {
        await this.handle.appendFile(line);
        await this.handle.datasync();
      } catch (error) {
        throw storageError(`The file ${this.file}`, error);
      }
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.handle.close();
  }
}

const blockSize = 65_536;
const lineFeed = 10;

async function cutUnfinishedLine(file: string, handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const block = Buffer.alloc(blockSize);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - blockSize);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const last = block.subarray(0, bytesRead).lastIndexOf(lineFeed);
    if (last >= 0) {
      if (start + last + 1 < size) await truncate(file, start + last + 1);
      return;
    }
    end = start;
  }
  if (size > 0) await truncate(file, 0);
}
