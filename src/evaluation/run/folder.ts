import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { Journal } from './journal.ts';
import { hashOf } from './plan.ts';
import { storageError } from './storage-error.ts';

/** How long after its last sign of life a run counts as ended; a kill leaves its lock behind. */
const staleMs = 5000;
const retries = { retries: 8, minTimeout: 1000, maxTimeout: 1000 };

/** Fields of settings.json, in words, as a person sets them. */
type Settings = Readonly<Record<string, unknown>>;

/** The folder of one evaluation: its settings, what was computed so far, and its report. */
export class RunFolder {
  private constructor(
    readonly path: string,
    /** Hash of the settings; every line that is written carries it. */
    readonly settingsHash: string,
    readonly responses: Journal,
    readonly scores: Journal,
    readonly judgements: Journal,
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Opens a new folder, or one whose run has the same settings.
   * @param onLost called when another process took the folder, after a long standstill
   * @throws TqError invalidInput for a folder of other settings, or that another run is writing to
   */
  static async open(path: string, settings: Settings, onLost: () => void): Promise<RunFolder> {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw storageError(`The folder ${path}`, error);
    });
    const unlock = await claim(path, onLost);
    try {
      await keepSettings(path, settings);
      const open = (name: string): Promise<Journal> => Journal.open(join(path, name));
      return new RunFolder(
        path,
        hashOf(settings),
        await open('responses.jsonl'),
        await open('scores.jsonl'),
        await open('judgements.jsonl'),
        unlock,
      );
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.responses.close(), this.scores.close(), this.judgements.close()]);
    await this.unlock();
  }
}

async function claim(path: string, onLost: () => void): Promise<() => Promise<void>> {
  try {
    return await lock(path, {
      lockfilePath: join(path, '.lock'),
      stale: staleMs,
      retries,
      onCompromised: onLost,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED')
      throw storageError(`The folder ${path}`, error);
    throw new TqError(
      ErrorCode.invalidInput,
      `Another evaluation is writing to ${path}; wait for its end or choose another --out.`,
    );
  }
}

/** Writes the settings of a new run; compares those of one that is there. */
async function keepSettings(path: string, settings: Settings): Promise<void> {
  const file = join(path, 'settings.json');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known === undefined) {
    await writeFile(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`);
    await rename(`${file}.new`, file);
    return;
  }
  const before = parsed(known, file);
  const names = new Set([...Object.keys(before), ...Object.keys(settings)]);
  const changed = [...names].filter(
    (name) => hashOf(before[name] ?? null) !== hashOf(settings[name] ?? null),
  );
  if (changed.length === 0) return;
  throw new TqError(
    ErrorCode.invalidInput,
    `The folder ${path} holds a run with other settings (${changed.map((name) => difference(name, before[name], settings[name])).join('; ')}); give the same settings to go on with it, or choose another --out.`,
  );
}

function difference(name: string, before: unknown, now: unknown): string {
  const simple = [before, now].every((value) => value === null || typeof value !== 'object');
  return simple ? `${name} was ${String(before)} and is now ${String(now)}` : `${name} differ`;
}

function parsed(text: string, file: string): Settings {
  try {
    return JSON.parse(text) as Settings;
  } catch {
    throw new TqError(
      ErrorCode.invalidInput,
      `The file ${file} is not JSON, so it cannot be told what run it belongs to; choose another --out.`,
    );
  }
}
