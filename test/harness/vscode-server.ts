import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { installVSCode } from './install-vscode.ts';

const run = promisify(execFile);

/** Settings that avoid notifications and make screenshots reproducible. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'files.autoSave': 'off',
  'files.hotExit': 'off',
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'editor.cursorBlinking': 'solid',
  'chat.disableAIFeatures': true,
};

export interface ServerOptions {
  /** Folder to copy and open. */
  readonly workspace?: string | undefined;
  /** A .code-workspace file in that folder to open instead. */
  readonly workspaceFile?: string | undefined;
  /** VSIX files to install before the start. */
  readonly vsix?: readonly string[] | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** False opens the workspace in Restricted Mode. */
  readonly trusted?: boolean | undefined;
  /** Enables the test driver: needed for an extension from source, hides notification toasts. */
  readonly testDriver?: boolean | undefined;
}

/** A VS Code server that writes only to one temporary folder. */
export class VSCodeServer {
  private constructor(
    readonly folder: string,
    private readonly child: ChildProcess,
    private readonly address: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  get workspace(): string {
    return join(this.folder, 'workspace');
  }

  static async start(options: ServerOptions = {}): Promise<VSCodeServer> {
    const { node, main } = await installVSCode();
    const folder = await mkdtemp(join(tmpdir(), 'tqv-'));
    const paths = await prepareFolder(folder, options);
    const env = serverEnvironment(folder, options.env);
    for (const file of options.vsix ?? []) {
      const install = ['--install-extension', resolve(file), '--force'];
      await run(node, [main, ...paths, ...install], { env });
    }
    const port = await freePort();
    const token = randomBytes(16).toString('hex');
    const child = spawn(
      node,
      [
        ...[main, ...paths, '--host', '127.0.0.1', '--port', String(port)],
        ...['--connection-token', token, '--telemetry-level', 'off', '--disable-experiments'],
        ...['--reconnection-grace-time', '60'],
        ...((options.testDriver ?? true) ? ['--enable-smoke-test-driver'] : []),
        ...((options.trusted ?? true) ? ['--disable-workspace-trust'] : []),
      ],
      // A separate process group, to kill the extension host with the server.
      { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    const opened = join(folder, 'workspace', options.workspaceFile ?? '');
    const kind = options.workspaceFile === undefined ? 'folder' : 'workspace';
    const address = `http://127.0.0.1:${port}/?tkn=${token}&${kind}=${encodeURIComponent(opened)}`;
    const server = new VSCodeServer(folder, child, address, env);
    process.once('exit', () => server.#signal('SIGKILL'));
    try {
      await server.#listening();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** URL of a window; the payload names an extension to load from source and tests to run. */
  url(payload?: readonly (readonly [string, string])[]): string {
    if (!payload) return this.address;
    return `${this.address}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
  }

  /** Kills all processes; returns the commands of those that had left the process group. */
  async stop(): Promise<string[]> {
    this.#signal('SIGTERM');
    for (let i = 0; i < 60 && this.#signal(0); i++) await delay(50);
    this.#signal('SIGKILL');
    await delay(100);
    const escaped = this.processes();
    for (const { pid } of escaped) process.kill(pid, 'SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    return escaped.map(({ command }) => command);
  }

  /**
   * Processes of this server, found by the folder of temporary files in their environment: an
   * engine is started with that and few other variables.
   */
  processes(): { pid: number; command: string }[] {
    const mark = `TMPDIR=${join(this.folder, 'tmp')}`;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
    return pids.flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return environment.includes(mark) && command !== '' ? [{ pid: Number(pid), command }] : [];
      } catch {
        // The process has ended or belongs to another user.
        return [];
      }
    });
  }

  #listening(): Promise<void> {
    return new Promise((resolvePromise, reject) => {
      let log = '';
      const timer = setTimeout(() => {
        reject(new Error(`VS Code did not start within 180 s:\n${log}`));
      }, 180_000);
      const read = (chunk: Buffer): void => {
        log += chunk.toString();
        if (!log.includes('Extension host agent listening')) return;
        clearTimeout(timer);
        resolvePromise();
      };
      this.child.stdout?.on('data', read);
      this.child.stderr?.on('data', read);
      this.child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`VS Code exited with code ${String(code)}:\n${log}`));
      });
    });
  }

  #signal(name: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.child.pid!, name);
    } catch {
      return false;
    }
  }
}

async function prepareFolder(folder: string, options: ServerOptions): Promise<string[]> {
  const { workspace, settings, trusted = true } = options;
  for (const name of ['workspace', 'user/User', 'server', 'extensions', 'tmp', 'run']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  if (workspace) await cp(workspace, join(folder, 'workspace'), { recursive: true });
  const trust = trusted
    ? {}
    : {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
      };
  await writeFile(
    join(folder, 'user/User/settings.json'),
    JSON.stringify({ ...quietSettings, ...trust, ...settings }),
  );
  return [
    '--accept-server-license-terms',
    ...['--server-data-dir', join(folder, 'server')],
    ...['--user-data-dir', join(folder, 'user')],
    ...['--extensions-dir', join(folder, 'extensions')],
  ];
}

/** The caller's environment without VS Code and npm variables, and with temporary home folders. */
function serverEnvironment(
  folder: string,
  added: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:VSCODE_|ELECTRON_|NODE_OPTIONS$|npm_|TEST_)/u.test(name),
  );
  // All suites and runs share the cache of compiled models.
  const cache = join(import.meta.dirname, '../../.cache');
  return {
    ...Object.fromEntries(kept),
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    EXTENSIONS_GALLERY: '{}',
    TQSTAR_CACHE: cache,
    ...added,
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolvePort(port);
      });
    });
  });
}
