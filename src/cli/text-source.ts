import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fileText } from '../protocol/file-text.ts';
import { wrongUsage } from './parser/failure.ts';

/** Names standard input where an option or argument takes a file. */
export const standardInput = '-';

/**
 * Reads a file, or standard input for "-".
 * @param keepsMark keeps a byte order mark at the beginning, for a text that is written again
 * @throws TqError invalidInput when it cannot be read or is not UTF-8
 */
export async function readText(path: string, stdin: Readable, keepsMark = false): Promise<string> {
  const fromInput = path === standardInput;
  const name = fromInput ? 'Standard input' : `The file ${path}`;
  return textOf(fromInput ? buffer(stdin) : readFile(path), name, keepsMark);
}

/**
 * Reads a text file that gzip compressed.
 * @throws TqError invalidInput when it cannot be read or decompressed, or is not UTF-8
 */
export async function readGzip(path: string): Promise<string> {
  return textOf(
    readFile(path).then((bytes) => decompressed(bytes)),
    `The file ${path}`,
    false,
  );
}

const decompressed = promisify(gunzip);

async function textOf(read: Promise<Buffer>, name: string, keepsMark: boolean): Promise<string> {
  const bytes = await read.catch((error: unknown) => {
    throw wrongUsage(`${name} cannot be read (${reason(error)}).`);
  });
  try {
    return fileText(bytes, keepsMark);
  } catch (error) {
    throw wrongUsage(`${name} ${reason(error)}.`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
