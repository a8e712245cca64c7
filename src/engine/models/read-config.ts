import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { parseCheckedJson, requireJsonSize } from './checked-json.ts';
import { badModel } from './malformed.ts';

/** Reads and checks a JSON file of a model folder; throws TqError `badModel` naming the file. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const file = basename(path);
  try {
    requireJsonSize((await stat(path)).size, file);
    return parseCheckedJson(await readFile(path), schema, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw badModel(`${file} is missing from the model folder.`, error);
    }
    throw error;
  }
}
