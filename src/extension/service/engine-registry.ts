import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lists the engines of all windows on this machine: a file for each process. */
export class EngineRegistry {
  constructor(private readonly folder: string) {}

  async add(processId: number): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(join(this.folder, String(processId)), '');
  }

  async remove(processId: number): Promise<void> {
    await rm(join(this.folder, String(processId)), { force: true });
  }

  /** Process ids of running engines other than `own`; removes the files of ended ones. */
  async others(own: number | undefined): Promise<number[]> {
    const names = await readdir(this.folder).catch(() => []);
    const ids = names.map(Number).filter((id) => Number.isSafeInteger(id) && id !== own);
    const dead = ids.filter((id) => !isAlive(id));
    await Promise.all(dead.map((id) => this.remove(id)));
    return ids.filter((id) => !dead.includes(id));
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
