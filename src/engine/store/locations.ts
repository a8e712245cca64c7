import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';

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

/** From TQSTAR_MODELS, TQSTAR_CACHE and TQSTAR_STORE, else the default folders. */
export function findLocations(environment: NodeJS.ProcessEnv): Locations {
  const usual = envPaths('tqstar', { suffix: '' });
  return {
    models: environment['TQSTAR_MODELS'] ?? shippedModels(import.meta.dirname),
    cache: environment['TQSTAR_CACHE'] ?? usual.cache,
    store: environment['TQSTAR_STORE'] ?? join(usual.data, 'models'),
  };
}

/** The models folder in the program's folder or the nearest one above it. */
function shippedModels(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'models');
    if (existsSync(join(candidate, 'manifest.json')) || folder === dirname(folder))
      return candidate;
  }
}
