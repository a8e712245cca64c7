import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineProcess } from '../../src/client/engine-process.ts';

const root = join(import.meta.dirname, '../..');

/** The program that people run. */
export const engineProgram = join(root, 'dist/engine.js');

/** Compiled test models are kept between runs: the shipped one takes a while. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  TQSTAR_CACHE: join(root, '.cache'),
  TQSTAR_MODELS: join(root, 'models'),
  // Not the models that the person who runs the tests has added.
  TQSTAR_STORE: join(root, '.cache', 'empty-store'),
};

/** Builds dist/engine.js if it is older than its sources. */
export function buildEngine(): void {
  const sources = ['src', 'scripts/bundles.mjs'].flatMap((name) => {
    const path = join(root, name);
    if (statSync(path).isFile()) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  });
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (existsSync(engineProgram) && statSync(engineProgram).mtimeMs >= newest) return;
  execFileSync(process.execPath, [join(root, 'esbuild.config.mjs')], {
    cwd: root,
    stdio: 'inherit',
  });
}

export interface StartedEngine {
  readonly engine: EngineProcess;
  /** The engine's log. */
  readonly log: string[];
}

export function startEngine(changes: NodeJS.ProcessEnv = {}): StartedEngine {
  const log: string[] = [];
  const engine = EngineProcess.start({
    program: engineProgram,
    env: { ...environment, ...changes },
    onLog: (text) => log.push(text),
  });
  return { engine, log };
}
