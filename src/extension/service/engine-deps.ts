import type * as vscode from 'vscode';
import type { EngineRegistry } from './engine-registry.ts';
import type { ServerAccess } from './server-access.ts';

/** What the engine service needs from its window: settings, the log and questions. */
export interface EngineDeps {
  /** Path of dist/engine.js. */
  readonly program: string;
  /** Path of the Node to run the engine with; empty for VS Code's own. */
  readonly nodePath: () => string;
  /** Folder of the models that people add; empty for the default folder. */
  readonly storeFolder: () => string;
  readonly idleMinutes: () => number;
  readonly log: vscode.LogOutputChannel;
  readonly registry: EngineRegistry;
  readonly servers: Pick<ServerAccess, 'isAgreed' | 'requireAgreement' | 'keys'>;
  /** Asks whether to start an engine although another window already runs one. */
  readonly confirmSecondEngine: () => Promise<boolean>;
  /** Called once for each crash, with how the process ended. */
  readonly onCrash: (how: string, restarts: boolean) => void;
}
