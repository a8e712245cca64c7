import { basename } from 'node:path';
import type { z } from 'zod';
import { readModelFile } from './model-file.ts';
import { maxJsonBytes, parseCheckedJson } from './checked-json.ts';
import { badModel } from './malformed.ts';

/** Reads and checks a JSON file of a model folder; throws TqError `badModel` naming the file. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const file = basename(path);
  const bytes = await readModelFile(path, maxJsonBytes);
  if (!bytes) throw badModel(`${file} is missing from the model folder.`);
  return parseCheckedJson(bytes, schema, file);
}
