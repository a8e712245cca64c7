import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
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
  const bytes = await (fromInput ? buffer(stdin) : readFile(path)).catch((error: unknown) => {
    throw wrongUsage(`${name} cannot be read (${reason(error)}).`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepsMark }).decode(bytes);
  } catch {
    throw wrongUsage(`${name} is not UTF-8 text; save it as UTF-8.`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
