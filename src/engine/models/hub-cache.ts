import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { badModel } from './malformed.ts';

/**
 * The cache of Hugging Face programs. It has a folder for each repository, whose `snapshots` are
 * folders of links into its `blobs`.
 */
const repositoryName = /^models--(?:([^\\/]+?)--)?([^\\/]+)$/u;

/** The repository's folder that a snapshot, or a folder in one, belongs to. */
export function repositoryOf(folder: string): string | undefined {
  for (let place = folder; dirname(place) !== place; place = dirname(place)) {
    const above = dirname(place);
    if (basename(place) === 'snapshots' && repositoryName.test(basename(above))) return above;
  }
  return undefined;
}

/** A model's name for people: its repository on the hub, else the last part of its path. */
export function modelName(path: string): string {
  const repository =
    repositoryOf(dirname(path)) === dirname(dirname(path)) && dirname(dirname(path));
  const [, owner, name] = repositoryName.exec(basename(repository || path)) ?? [];
  if (name === undefined) return basename(path);
  return owner === undefined ? name : `${owner}/${name}`;
}

/**
 * The snapshot of a repository's folder in the cache: that of the branch main, else the only one.
 * Other paths are returned unchanged.
 * @throws TqError badModel if there is none, or several
 */
export async function snapshotOf(path: string): Promise<string> {
  const snapshots = join(path, 'snapshots');
  if (!repositoryName.test(basename(path)) || !(await isFolder(snapshots))) return path;
  const main = await mainCommit(path);
  if (main !== undefined && (await isFolder(join(snapshots, main)))) return join(snapshots, main);
  const names = await readdir(snapshots);
  if (names.length === 1) return join(snapshots, names[0]!);
  const name = modelName(path);
  throw badModel(
    names.length === 0
      ? `The cache has no snapshot of ${name}; download the model again.`
      : `The cache has ${names.length} snapshots of ${name}, and none is its branch main; give the folder of one, such as ${join(snapshots, names[0]!)}.`,
  );
}

/**
 * Checks the links of a snapshot, which lead into the folder of its repository. Other folders are
 * not checked: their links are the user's own.
 * @throws TqError badModel for a link that leads elsewhere, or to a file that is missing
 */
export async function requireOwnLinks(folder: string): Promise<void> {
  const snapshot = await realpath(folder);
  const repository = repositoryOf(snapshot);
  if (repository === undefined) return;
  for (const entry of await readdir(snapshot, { withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const target = await realpath(join(snapshot, entry.name)).catch(() => undefined);
    if (target !== undefined && isInside(repository, target)) continue;
    const where =
      target === undefined ? 'to a file that is missing' : 'to a file outside of its cache';
    throw badModel(
      `${entry.name} of ${modelName(snapshot)} is a link ${where}; download the model again.`,
    );
  }
}

/** Whether a path is a folder or inside it; both without links. */
export function isInside(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

async function mainCommit(repository: string): Promise<string | undefined> {
  const file = join(repository, 'refs', 'main');
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > 100) return undefined;
  const commit = (await readFile(file, 'utf8')).trim();
  return /^[0-9a-f]{7,64}$/u.test(commit) ? commit : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
