import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFilesOf } from './gguf/split-names.ts';
import { snapshotOf } from './hub-cache.ts';

/** Files that make a folder a model or an adapter of its own. */
const ownFiles = ['config.json', 'adapter_config.json'];

/**
 * Where the model or adapter of a path is: the snapshot of a repository's folder in the Hugging
 * Face cache, and the GGUF file of a folder that has only one. Other paths are returned unchanged.
 * @throws TqError badModel for a cache with no snapshot, or several and none of the branch main
 */
export async function modelPlace(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return path;
  const folder = await snapshotOf(path);
  const names = await readdir(folder);
  if (ownFiles.some((name) => names.includes(name))) return folder;
  const [file, ...others] = modelFilesOf(names);
  return file === undefined || others.length > 0 ? folder : join(folder, file);
}
