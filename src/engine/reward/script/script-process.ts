import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { maxMemoryBytes } from './memory-limit.ts';
import {
  lifelineDescriptor,
  messageDescriptor,
  type Outcome,
  type ScriptRequest,
} from './messages.ts';
import { logOutput } from './script-output.ts';

/** Time limit for starting the process and loading the module. */
const loadLimitMs = 10_000;

/** Most characters of an outcome. */
const maxOutcomeLength = 10_000;

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
 * script itself, its open request fails, and the processes that the script started end with it.
 */
export class ScriptProcess {
  readonly #messages: Duplex;
  readonly #ended: Promise<never>;
  #received = '';
  #answer: ((line: string) => void) | undefined;

  private constructor(private readonly child: ChildProcess) {
    this.#messages = child.stdio[messageDescriptor] as Duplex;
    this.#messages.on('error', () => undefined);
    this.#messages.setEncoding('utf8').on('data', (text: string) => {
      this.#receive(text);
    });
    this.#ended = new Promise((_, reject) => {
      child.once('error', ({ message }) => {
        reject(new ScriptFailure(`cannot be started (${message})`));
      });
      child.once('exit', (code, signal) => {
        this.end();
        const how = signal ? `by ${signal}` : `with exit code ${String(code)}`;
        const late = new ScriptFailure(`ended its process ${how}; it must return a score instead`);
        // An outcome that it sent before may still be in the pipe.
        if (this.#messages.readableEnded) reject(late);
        this.#messages.once('close', () => {
          reject(late);
        });
        setTimeout(reject, 100, late);
      });
    });
    this.#ended.catch(() => undefined);
  }

  /**
   * Starts the process and loads the module.
   * @throws ScriptFailure if the module does not load
   */
  static async start({ program, path, signal }: ScriptProcessOptions): Promise<ScriptProcess> {
    signal?.throwIfAborted();
    const environment = Object.entries(process.env).filter(([name]) => passedVariables.test(name));
    const heap = `--max-old-space-size=${maxMemoryBytes / 2 ** 20}`;
    const child = spawn(process.execPath, [heap, program], {
      cwd: dirname(path),
      env: Object.fromEntries(environment),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      // In a group of its own, which ends together.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    child.stdio[lifelineDescriptor]?.on('error', () => undefined);
    logOutput([child.stdout, child.stderr], process.stderr);
    const started = new ScriptProcess(child);
    try {
      const late = `did not load within ${loadLimitMs} ms and was stopped`;
      await started.#ask({ load: path }, { ms: loadLimitMs, late }, signal);
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
    const { score } = await this.#ask({ prompt, response }, limit, signal);
    if (score === undefined) throw new ScriptFailure('returned no score');
    return score;
  }

  /** Kills the process, whatever the script is doing, and those that it started. */
  end(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => undefined);
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // No process of the group is left.
    }
  }

  async #ask(
    request: ScriptRequest,
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
    const answer = new Promise<string>((resolve) => (this.#answer = resolve));
    // When the pipe breaks, the process ends, and #ended says how.
    this.#messages.write(`${JSON.stringify(request)}\n`);
    try {
      const outcome = outcomeOf(await Promise.race([answer, stopped, this.#ended]));
      if (!outcome) {
        this.end();
        throw new ScriptFailure('sent an unexpected message to the engine');
      }
      if (outcome.problem !== undefined) throw new ScriptFailure(outcome.problem);
      return outcome;
    } finally {
      this.#answer = undefined;
      release();
    }
  }

  /** Takes lines from the pipe; the first that arrives during a request is its outcome. */
  #receive(text: string): void {
    this.#received += text;
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end < 0 && this.#received.length <= maxOutcomeLength) return;
      const line = this.#received.slice(0, end < 0 ? undefined : end);
      this.#received = end < 0 ? '' : this.#received.slice(end + 1);
      if (line === '') continue;
      if (!this.#answer) this.end();
      this.#answer?.(line);
    }
  }
}

/** The outcome of a line; undefined if it is none. */
function outcomeOf(line: string): Outcome | undefined {
  if (line.length > maxOutcomeLength) return undefined;
  try {
    return outcomeSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
