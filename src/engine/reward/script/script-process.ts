import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { loadModule, scoreText, type Outcome } from './messages.ts';

/** How long a module may take to load, the start of its process included. */
const loadLimitMs = 10_000;

/** What a program needs to start at all; a script sees no other variable of the engine's. */
const passedOn =
  /^(?:ELECTRON_RUN_AS_NODE|LANG|LC_\w+|LD_LIBRARY_PATH|PATH|SYSTEMROOT|TEMP|TMP|TMPDIR|TZ|WINDIR)$/iu;

/** Messages of the script's process are those of a stranger. */
const outcomeSchema = z.strictObject({
  problem: z.string().max(1000).optional(),
  score: z.number().optional(),
});

/** Something the script did; the message completes the sentence "The script ...". */
export class ScriptFailure extends Error {
  override readonly name = 'ScriptFailure';
}

export interface ScriptProcessOptions {
  /** The program that runs the script (main.ts, built). */
  readonly program: string;
  /** Absolute path of the module. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A process that runs one script. Whatever ends it, so does everything asked of it: a limit, a
 * cancel, the script itself.
 */
export class ScriptProcess {
  readonly #connection: MessageConnection;
  readonly #ended: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.#connection = createMessageConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
    );
    this.#connection.onError(() => undefined);
    this.#ended = new Promise((_, reject) => {
      child.once('error', ({ message }) => {
        reject(new ScriptFailure(`cannot be started (${message})`));
      });
      child.once('exit', (code, signal) => {
        const how = signal ? `by ${signal}` : `with exit code ${String(code)}`;
        reject(new ScriptFailure(`ended its process ${how}; it must return a score instead`));
      });
    });
    this.#ended.catch(() => {
      this.#connection.dispose();
    });
    this.#connection.listen();
  }

  /**
   * Starts the process and loads the module.
   * @throws ScriptFailure when it does not load
   */
  static async start({ program, path, signal }: ScriptProcessOptions): Promise<ScriptProcess> {
    signal?.throwIfAborted();
    const environment = Object.entries(process.env).filter(([name]) => passedOn.test(name));
    const child = spawn(process.execPath, [program], {
      cwd: dirname(path),
      env: Object.fromEntries(environment),
      // What the script prints goes to the log; the last pipe is the lifeline.
      stdio: ['ignore', 2, 2, 'ipc', 'pipe'],
      windowsHide: true,
    });
    child.stdio[4]?.on('error', () => undefined);
    const started = new ScriptProcess(child);
    try {
      const late = `did not load within ${loadLimitMs} ms and was ended`;
      await started.#ask(loadModule, { path }, { ms: loadLimitMs, late }, signal);
      return started;
    } catch (error) {
      started.end();
      throw error;
    }
  }

  get processId(): number | undefined {
    return this.child.pid;
  }

  /**
   * The score of one response, within `limitMs`.
   * @throws ScriptFailure when there is none
   */
  async score(
    prompt: string,
    response: string,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<number> {
    const limit = { ms: limitMs, late: `gave no score within ${limitMs} ms and was ended` };
    const { score } = await this.#ask(scoreText, { prompt, response }, limit, signal);
    if (score === undefined) throw new ScriptFailure('gave no score');
    return score;
  }

  /** Ends the process at once, whatever the script does. */
  end(): void {
    this.child.kill('SIGKILL');
  }

  async #ask<Params>(
    request: RequestType<Params, Outcome, void>,
    params: Params,
    limit: { readonly ms: number; readonly late: string },
    signal: AbortSignal | undefined,
  ): Promise<Outcome> {
    signal?.throwIfAborted();
    let release = (): void => undefined;
    const stopped = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        reject(new ScriptFailure(limit.late));
        this.end();
      }, limit.ms);
      const abort = (): void => {
        reject(signal?.reason as Error);
        this.end();
      };
      signal?.addEventListener('abort', abort, { once: true });
      release = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
    });
    // A channel that breaks is a process that ends; that is where it is told how.
    const answer = this.#send(request, params).catch(() => this.#ended);
    try {
      const outcome = outcomeSchema.safeParse(
        await Promise.race([answer, stopped, this.#ended]),
      ).data;
      if (!outcome) throw new ScriptFailure('sent a message of its own to the engine');
      if (outcome.problem !== undefined) throw new ScriptFailure(outcome.problem);
      return outcome;
    } finally {
      release();
    }
  }

  /** Rejects, never throws, once the connection is closed. */
  async #send<Params>(
    request: RequestType<Params, Outcome, void>,
    params: Params,
  ): Promise<Outcome> {
    return this.#connection.sendRequest<Outcome>(request.method, params);
  }
}
