import { constants } from 'node:fs';
import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { LostConnection } from './hub-errors.ts';
import type { Wait } from './hub-fetch.ts';
import { ContentCheck, type HubFile } from './hub-repository.ts';

/** The source of a file. */
export interface ByteSource {
  /** The content, starting at a byte. */
  stream(file: HubFile, start: number): AsyncIterable<Uint8Array>;
}

export interface TransferOptions {
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Called with the bytes of this file that are present. */
  readonly onBytes: (bytes: number) => void;
}

/** Attempts in a row without any new byte. */
const maxRetries = 5;
const partMark = '.part';

/**
 * Transfers a file to `path`. Writes to `path`.part first, so that an interrupted transfer can be
 * resumed, and renames it once the content is verified and on disk.
 * @returns SHA-256 of the content, in hexadecimal
 * @throws TqError hub, or storage if the file cannot be written
 */
export async function transferFile(
  source: ByteSource,
  file: HubFile,
  path: string,
  options: TransferOptions,
): Promise<string> {
  const done = await checkedContent(file, path, options);
  if (done !== undefined) return done;
  const part = `${path}${partMark}`;
  const kept = await sizeOf(part);
  try {
    return await receive(source, file, path, options);
  } catch (error) {
    // The part from an earlier attempt may be damaged; retry from the start, once.
    const damaged = error instanceof DamagedContent && kept > 0;
    if (damaged) return receive(source, file, path, options);
    throw error;
  }
}

/** Bytes of a file that are present, complete or partial. */
export async function bytesPresent({ size }: HubFile, path: string): Promise<number> {
  if ((await sizeOf(path)) === size) return size;
  return Math.min(size, Math.max(0, await sizeOf(`${path}${partMark}`)));
}

class DamagedContent extends TqError {}

async function receive(
  source: ByteSource,
  file: HubFile,
  path: string,
  options: TransferOptions,
): Promise<string> {
  const part = `${path}${partMark}`;
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(part, flags, 0o644);
  try {
    const { size: here } = await handle.stat();
    if (here > file.size) await handle.truncate(0);
    const check = new ContentCheck(file);
    let length = await hashExisting(handle, check, options.signal);
    let failures = 0;
    while (length < file.size) {
      const before = length;
      try {
        for await (const chunk of source.stream(file, length)) {
          options.signal.throwIfAborted();
          if (length + chunk.length > file.size) throw tooLong(file);
          await writeAll(handle, chunk, length);
          check.update(chunk);
          length += chunk.length;
          options.onBytes(length);
        }
        if (length < file.size) throw new LostConnection(`${file.path} ended early.`);
      } catch (error) {
        if (!(error instanceof LostConnection)) throw error;
        failures = length > before ? 0 : failures + 1;
        if (failures === maxRetries) throw interrupted(file, length, error);
        if (failures > 0) await options.wait(1000 * 2 ** (failures - 1), options.signal);
      }
    }
    let sha256: string;
    try {
      sha256 = check.finish(length);
    } catch (error) {
      await handle.truncate(0);
      const { code, message } = error as TqError;
      throw new DamagedContent(code, message, { cause: error });
    }
    await handle.sync();
    await rename(part, path);
    return sha256;
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a file that is present and complete, else undefined. */
async function checkedContent(
  file: HubFile,
  path: string,
  { signal, onBytes }: TransferOptions,
): Promise<string | undefined> {
  if ((await sizeOf(path)) !== file.size) return undefined;
  const handle = await open(path, 'r');
  try {
    const check = new ContentCheck(file);
    const sha256 = check.finish(await hashExisting(handle, check, signal));
    onBytes(file.size);
    return sha256;
  } catch (error) {
    if (error instanceof TqError) return undefined;
    throw error;
  } finally {
    await handle.close();
  }
}

async function hashExisting(
  handle: FileHandle,
  check: ContentCheck,
  signal: AbortSignal,
): Promise<number> {
  const buffer = Buffer.allocUnsafe(1 << 20);
  let length = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, length);
    if (bytesRead === 0) return length;
    check.update(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
}

/** Writes all bytes: a nearly full disk may accept only a part at a time. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const rest = bytes.length - written;
    written += (await handle.write(bytes, written, rest, position + written)).bytesWritten;
  }
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : -1;
}

function tooLong({ path, size }: HubFile): TqError {
  return new TqError(
    ErrorCode.hub,
    `${path} is longer than the ${size} bytes that the hub lists; it is not the requested file.`,
  );
}

function interrupted({ path, size }: HubFile, length: number, error: LostConnection): TqError {
  return new TqError(
    ErrorCode.hub,
    `The transfer of ${path} was interrupted at byte ${length} of ${size}: ${error.message} What was downloaded is kept; add the model again to continue.`,
    { cause: error },
  );
}
