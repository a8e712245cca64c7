import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { ErrorCode, TqError } from '../../protocol/errors.ts';

/** Folders that the engine uses. */
export interface Locations {
  /** Shipped models: manifest.json and one folder for each model. */
  readonly models: string;
  /** Compiled models. */
  readonly cache: string;
  /** Models that the user added. */
  readonly store: string;
}

/** The program that runs script rewards; the build puts it next to the engine's. */
export const scriptProgram = join(import.meta.dirname, 'script-reward.js');

/**
 * From TQSTAR_MODELS, TQSTAR_CACHE and TQSTAR_STORE, else the default folders.
 * @throws TqError invalidInput for a variable that is set to nothing
 */
export function findLocations(environment: NodeJS.ProcessEnv): Locations {
  const usual = envPaths('tqstar', { suffix: '' });
  return {
    models: folderIn(environment, 'TQSTAR_MODELS') ?? shippedModels(import.meta.dirname),
    cache: folderIn(environment, 'TQSTAR_CACHE') ?? usual.cache,
    store: folderIn(environment, 'TQSTAR_STORE') ?? join(usual.data, 'models'),
  };
}

/** An empty name would be the working directory, which is never meant. */
function folderIn(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const folder = environment[name];
  if (folder === undefined || folder.trim() !== '') return folder;
  throw new TqError(
    ErrorCode.invalidInput,
    `The environment variable ${name} is empty; set it to a folder, or remove it to use the default folder.`,
  );
}

/** The models folder in the program's folder or the nearest one above it. */
function shippedModels(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'models');
    if (existsSync(join(candidate, 'manifest.json')) || folder === dirname(folder))
      return candidate;
  }
}
