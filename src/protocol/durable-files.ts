import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Errors of file systems that cannot wait for a folder. */
const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EPERM', 'EACCES']);

/**
 * Waits until the names in a folder are on disk: a name can be lost in a power failure although the
 * file's content is on disk. Does nothing on Windows, which opens no folders.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!cannotSync.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Makes a folder and those above it that are missing, and waits until their names are on disk. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  let folder = resolve(path);
  do {
    folder = dirname(folder);
    await syncFolder(folder);
  } while (folder.length > above.length);
}

/** Waits until the content of a file is on disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Renames a file or folder whose content is on disk, and waits until the new name is, too. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/**
 * Replaces a file, or makes a new one. After a power failure at any moment the file has the old
 * content or the new, and the new once this resolves. Writes to `path`.new first.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const work = `${path}.new`;
  const handle = await open(work, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await renameDurably(work, path);
}
