import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { readModelFile } from './model-file.ts';
import { maxJsonBytes, parseCheckedJson } from './checked-json.ts';
import { contentInstead } from './folder-content.ts';
import { badModel } from './malformed.ts';

/** Reads and checks a JSON file of a model folder; throws TqError `badModel` naming the file. */
export async function readConfig<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const file = basename(path);
  const bytes = await readModelFile(path, maxJsonBytes);
  if (!bytes) throw badModel(`${file} is missing from the model folder.`);
  return parseCheckedJson(bytes, schema, file);
}

const configFile = 'config.json';

/**
 * Reads the config.json of a model folder.
 * @throws TqError badModel; if there is none, it says what the folder holds instead
 */
export async function readModelConfig<T>(folder: string, schema: z.ZodType<T>): Promise<T> {
  const names = await readdir(folder);
  if (names.includes(configFile)) return readConfig(join(folder, configFile), schema);
  const instead = names.includes('model.safetensors') ? undefined : contentInstead(names, folder);
  throw badModel(
    `The folder ${basename(folder)} ${instead ?? 'has no config.json; download it as well, or give a GGUF file'}.`,
  );
}
