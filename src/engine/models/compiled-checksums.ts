import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { replaceFile, syncFile } from '../../protocol/durable-files.ts';

const checksumFile = 'checksums.json';

const checksumsSchema = z.record(
  z.string(),
  z.strictObject({ bytes: z.number().int().nonnegative(), crc32: z.number().int().nonnegative() }),
);

/** Large enough to read at the disk's speed, small enough to let other work run in between. */
const blockBytes = 4 * 2 ** 20;

/** Whether the files of a folder are as they were written. */
export type FolderState = { readonly kind: 'intact' | 'incomplete' } | DamagedFolder;

interface DamagedFolder {
  readonly kind: 'damaged';
  /** Why, to continue a sentence about the folder. */
  readonly reason: string;
}

/**
 * Writes checksums.json for the files of a folder, and waits until they are on disk. CRC-32 finds
 * what disks and memory do to a file, at a tenth of the cost of SHA-256; it is no protection
 * against people who can write to the folder.
 */
export async function writeChecksums(folder: string, files: readonly string[]): Promise<void> {
  const checksums: z.output<typeof checksumsSchema> = {};
  for (const file of files) {
    await syncFile(join(folder, file));
    checksums[file] = await checksumOf(join(folder, file));
  }
  await replaceFile(join(folder, checksumFile), JSON.stringify(checksums));
}

/** Compares the files of a folder with its checksums.json; reads all of them once. */
export async function stateOf(
  folder: string,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<FolderState> {
  const present = await Promise.all([...files, checksumFile].map((file) => exists(folder, file)));
  if (present.includes(false)) return { kind: 'incomplete' };
  const checksums = await readChecksums(folder);
  if (!checksums) return { kind: 'damaged', reason: `${checksumFile} is unreadable` };
  for (const file of files) {
    const expected = checksums[file];
    const found = await checksumOf(join(folder, file), signal);
    if (!expected) return { kind: 'damaged', reason: `${checksumFile} does not list ${file}` };
    if (found.bytes !== expected.bytes) {
      const reason = `${file} has ${found.bytes} bytes instead of ${expected.bytes}`;
      return { kind: 'damaged', reason };
    }
    if (found.crc32 !== expected.crc32) {
      return { kind: 'damaged', reason: `${file} does not match its checksum` };
    }
  }
  return { kind: 'intact' };
}

async function exists(folder: string, file: string): Promise<boolean> {
  const found = await stat(join(folder, file)).catch(() => undefined);
  return found?.isFile() ?? false;
}

async function readChecksums(
  folder: string,
): Promise<z.output<typeof checksumsSchema> | undefined> {
  try {
    return checksumsSchema.parse(JSON.parse(await readFile(join(folder, checksumFile), 'utf8')));
  } catch {
    return undefined;
  }
}

async function checksumOf(
  path: string,
  signal?: AbortSignal,
): Promise<{ bytes: number; crc32: number }> {
  const handle = await open(path, 'r');
  try {
    const block = Buffer.allocUnsafe(blockBytes);
    let bytes = 0;
    let sum = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(block, 0, block.length, null);
      if (bytesRead === 0) return { bytes, crc32: sum };
      sum = crc32(block.subarray(0, bytesRead), sum);
      bytes += bytesRead;
    }
  } finally {
    await handle.close();
  }
}
