import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, replaceFile } from '../../protocol/durable-files.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { lockFolder } from '../../protocol/folder-lock.ts';
import { Journal } from './journal.ts';
import { hashOf } from './plan.ts';
import { storageError } from './storage-error.ts';

/** Milliseconds without an update after which a lock is stale, for a killed run leaves its lock. */
const staleMs = 5000;
const retries = { retries: 8, minTimeout: 1000, maxTimeout: 1000 };

/** Fields of settings.json, named as the command's options. */
type Settings = Readonly<Record<string, unknown>>;

/** The folder of one evaluation: its settings, results so far, and report. */
export class RunFolder {
  private constructor(
    readonly path: string,
    /** Hash of the settings, written with every line. */
    readonly settingsHash: string,
    readonly responses: Journal,
    readonly scores: Journal,
    readonly judgements: Journal,
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Opens a new folder, or the folder of a run with the same settings.
   * @param onLost called when another process has taken the stale lock of this one
   * @throws TqError invalidInput if the folder has other settings or another run is writing to it
   */
  static async open(path: string, settings: Settings, onLost: () => void): Promise<RunFolder> {
    await makeFolder(path).catch((error: unknown) => {
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
    const lockfilePath = join(path, '.lock');
    return await lockFolder(path, { lockfilePath, stale: staleMs, retries, onLost });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED')
      throw storageError(`The folder ${path}`, error);
    throw new TqError(
      ErrorCode.invalidInput,
      `Another evaluation is writing to ${path}; wait until it ends or choose another --out.`,
    );
  }
}

/** Writes the settings of a new run, or compares them with those of an earlier run. */
async function keepSettings(path: string, settings: Settings): Promise<void> {
  const file = join(path, 'settings.json');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept === undefined) {
    await replaceFile(file, `${JSON.stringify(settings, null, 2)}\n`);
    return;
  }
  const before = parsed(kept, file);
  const names = new Set([...Object.keys(before), ...Object.keys(settings)]);
  const changed = [...names].filter(
    (name) => hashOf(before[name] ?? null) !== hashOf(settings[name] ?? null),
  );
  if (changed.length === 0) return;
  throw new TqError(
    ErrorCode.invalidInput,
    `The folder ${path} holds a run with other settings (${changed.map((name) => difference(name, before[name], settings[name])).join('; ')}); give the same settings to resume it, or choose another --out.`,
  );
}

function difference(name: string, before: unknown, now: unknown): string {
  const simple = [before, now].every((value) => value === null || typeof value !== 'object');
  return simple ? `${name} was ${String(before)} and is now ${String(now)}` : `${name} differ`;
}

function parsed(text: string, file: string): Settings {
  const advice = 'so the settings of its run are unknown; choose another --out.';
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    throw new TqError(ErrorCode.invalidInput, `The file ${file} is not JSON, ${advice}`);
  }
  if (typeof kept === 'object' && kept !== null && !Array.isArray(kept)) return kept as Settings;
  throw new TqError(ErrorCode.invalidInput, `The file ${file} is not a JSON object, ${advice}`);
}
