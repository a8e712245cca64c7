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

/** Time limit for starting the process and loading the module. */
const loadLimitMs = 10_000;

/** Variables that a program needs to start; the script sees no others of the engine. */
const passedVariables =
  /^(?:ELECTRON_RUN_AS_NODE|LANG|LC_\w+|LD_LIBRARY_PATH|PATH|SYSTEMROOT|TEMP|TMP|TMPDIR|TZ|WINDIR)$/iu;

/** The script's process is not trusted, so its messages are checked. */
const outcomeSchema = z.strictObject({
  problem: z.string().max(1000).optional(),
  score: z.number().optional(),
});

/** A failure of the script; the message completes the sentence "The script ...". */
export class ScriptFailure extends Error {
  override readonly name = 'ScriptFailure';
}

export interface ScriptProcessOptions {
  /** The program that runs the script: the bundle of main.ts. */
  readonly program: string;
  /** Absolute path of the module. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A process that runs one script. When it ends, because of a time limit, a cancellation or the
 * script itself, all its open requests fail.
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
   * @throws ScriptFailure if the module does not load
   */
  static async start({ program, path, signal }: ScriptProcessOptions): Promise<ScriptProcess> {
    signal?.throwIfAborted();
    const environment = Object.entries(process.env).filter(([name]) => passedVariables.test(name));
    const child = spawn(process.execPath, [program], {
      cwd: dirname(path),
      env: Object.fromEntries(environment),
      // The script's output goes to the log; the last pipe is the lifeline.
      stdio: ['ignore', 2, 2, 'ipc', 'pipe'],
      windowsHide: true,
    });
    child.stdio[4]?.on('error', () => undefined);
    const started = new ScriptProcess(child);
    try {
      const late = `did not load within ${loadLimitMs} ms and was stopped`;
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
   * Scores one response within `limitMs`.
   * @throws ScriptFailure if the script gives no score
   */
  async score(
    prompt: string,
    response: string,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<number> {
    const limit = { ms: limitMs, late: `returned no score within ${limitMs} ms and was stopped` };
    const { score } = await this.#ask(scoreText, { prompt, response }, limit, signal);
    if (score === undefined) throw new ScriptFailure('returned no score');
    return score;
  }

  /** Kills the process, whatever the script is doing. */
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
    // A broken channel means that the process ends; #ended says how.
    const answer = this.#send(request, params).catch(() => this.#ended);
    try {
      const outcome = outcomeSchema.safeParse(
        await Promise.race([answer, stopped, this.#ended]),
      ).data;
      if (!outcome) throw new ScriptFailure('sent an unexpected message to the engine');
      if (outcome.problem !== undefined) throw new ScriptFailure(outcome.problem);
      return outcome;
    } finally {
      release();
    }
  }

  /** Rejects, instead of throwing, if the connection is closed. */
  async #send<Params>(
    request: RequestType<Params, Outcome, void>,
    params: Params,
  ): Promise<Outcome> {
    return this.#connection.sendRequest<Outcome>(request.method, params);
  }
}
