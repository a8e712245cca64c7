import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';

/** Folders the engine works with. */
export interface Locations {
  /** What ships: manifest.json and a folder a model. */
  readonly models: string;
  /** Compiled models. */
  readonly cache: string;
  /** Models that people added. */
  readonly store: string;
}

/** The program that runs rewards that are scripts, built beside the engine's. */
export const scriptProgram = join(import.meta.dirname, 'script-reward.js');

/** From the environment (TQSTAR_MODELS, TQSTAR_CACHE, TQSTAR_STORE), else the usual places. */
export function findLocations(environment: NodeJS.ProcessEnv): Locations {
  const usual = envPaths('tqstar', { suffix: '' });
  return {
    models: environment['TQSTAR_MODELS'] ?? shippedModels(import.meta.dirname),
    cache: environment['TQSTAR_CACHE'] ?? usual.cache,
    store: environment['TQSTAR_STORE'] ?? join(usual.data, 'models'),
  };
}

/** The models folder beside the program, wherever in the project it was built to. */
function shippedModels(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'models');
    if (existsSync(join(candidate, 'manifest.json')) || folder === dirname(folder))
      return candidate;
  }
}
