import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import {
  ConnectionError,
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { onEvents, sendRequest } from '../protocol/connection.ts';
import { environmentDescriptor } from '../protocol/engine-environment.ts';
import { findEngineFailure, type EngineFailure } from '../protocol/engine-failure.ts';
import { ErrorCode, TqError } from '../protocol/errors.ts';
import type { EngineEvent } from '../protocol/events.ts';
import { requests, type EngineRequest } from '../protocol/requests.ts';
import { sendEnvironment, startEnvironment } from './engine-start.ts';

export interface EngineProcessOptions {
  /** Path of dist/engine.js. */
  readonly program: string;
  /** Path of the Node that runs it; by default, the one that runs this process. */
  readonly nodePath?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Working directory; by default, that of this process. */
  readonly folder?: string | undefined;
  /** Called with what the engine writes to its log. */
  readonly onLog?: ((text: string) => void) | undefined;
}

type Streaming = (typeof requests)[
  | 'generate'
  | 'compare'
  | 'rewrite'
  | 'score'
  | 'load'
  | 'planModel'
  | 'addModel'
  | 'verifyModels'];

/** How long the engine may take to shut down before it is killed. */
const shutdownMs = 2000;

/** How long to wait for the last lines of a killed engine's log; a child may hold it open. */
const lastLogMs = 500;

/** Characters at the end of the log that may have the failure of the engine. */
const lastLogLength = 4096;

/** How a process ended. */
interface End {
  /** "exit code 0", "killed by SIGKILL" */
  readonly how: string;
  /** Why it ended itself, if it said so. */
  readonly failure?: EngineFailure | undefined;
}

/** The engine subprocess and the connection to it. */
export class EngineProcess {
  readonly #connection: MessageConnection;
  readonly #listeners = new Map<string, (event: EngineEvent) => void>();
  readonly #ended: Promise<End>;
  #hasEnded = false;

  private constructor(
    private readonly child: ChildProcess,
    onLog: (text: string) => void,
  ) {
    const { stdin, stdout, stderr } = child;
    if (!stdin || !stdout || !stderr) throw new Error('The engine was started without pipes.');
    let log = '';
    stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-lastLogLength);
      onLog(text);
    });
    this.#connection = createMessageConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.#connection.onError(() => undefined);
    // When the pipe breaks, the process ends too, and `ended` reports that.
    stdin.on('error', () => undefined);
    onEvents(this.#connection, (requestId, event) => this.#listeners.get(requestId)?.(event));
    this.#ended = new Promise((resolve) => {
      child.once('error', (error) => {
        resolve({ how: `it cannot start (${error.message})` });
      });
      child.once('exit', (code, signal) => {
        if (signal === null) resolve({ how: `exit code ${String(code)}` });
        const how = `killed by ${String(signal)}`;
        const end = (): void => {
          resolve({ how, failure: findEngineFailure(log) });
        };
        child.once('close', end);
        setTimeout(end, lastLogMs).unref();
      });
    });
    void this.#ended.then(() => {
      this.#hasEnded = true;
      this.#connection.dispose();
    });
    this.#connection.listen();
  }

  static start({ program, nodePath, env, folder, onLog }: EngineProcessOptions): EngineProcess {
    const whole = env ?? process.env;
    const child = spawn(nodePath ?? process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: startEnvironment(whole),
      ...(folder !== undefined && { cwd: folder }),
    });
    sendEnvironment(child.stdio[environmentDescriptor] as Writable, whole);
    return new EngineProcess(child, (text) => onLog?.(text));
  }

  get processId(): number | undefined {
    return this.child.pid;
  }

  /** Resolves when the process has ended, with how: "exit code 0", "killed by SIGKILL". */
  get ended(): Promise<string> {
    return this.#ended.then(({ how }) => how);
  }

  /** Ends the process now, whatever it is doing. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /**
   * Sends a request that has no events.
   * @throws TqError engineGone when the process has ended or ends before the answer, or the failure
   *   that made it end itself; the engine's own errors otherwise
   */
  async request<Params extends z.ZodType, Result extends z.ZodType>(
    request: EngineRequest<Params, Result>,
    params: z.input<Params>,
    signal?: AbortSignal,
  ): Promise<z.output<Result>> {
    const isLate = this.#hasEnded;
    const gone = this.#ended.then(({ how, failure }) => {
      // Later requests did not cause the failure.
      if (failure && !isLate) throw new TqError(failure.code, failure.sentence);
      throw new TqError(ErrorCode.engineGone, `The engine process is not running: ${how}.`);
    });
    if (isLate) return gone;
    const answer = sendRequest(this.#connection, request, params, signal).catch(
      (error: unknown) => {
        // The pipes break shortly before the process's exit event.
        if (isBrokenPipe(error)) return gone;
        throw error;
      },
    );
    return Promise.race([answer, gone]);
  }

  /** Sends a request that reports its progress with events; `signal` cancels it. */
  async stream<Request extends Streaming>(
    request: Request,
    params: Omit<z.input<Request['params']>, 'requestId'>,
    onEvent: (event: EngineEvent) => void,
    signal?: AbortSignal,
  ): Promise<z.output<Request['result']>> {
    if (signal?.aborted) throw new TqError(ErrorCode.cancelled, 'The request was cancelled.');
    const requestId = randomUUID();
    this.#listeners.set(requestId, onEvent);
    const cancel = (): void => {
      void this.request(requests.cancel, { requestId }).catch(() => undefined);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const checked = request as EngineRequest<z.ZodType, z.ZodType>;
      return (await this.request(checked, { ...params, requestId })) as z.output<Request['result']>;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#listeners.delete(requestId);
    }
  }

  /** Shuts the engine down; kills it when that takes longer than two seconds. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    const timer = setTimeout(() => {
      this.kill();
    }, shutdownMs);
    await this.request(requests.shutdown, {}).catch(() => undefined);
    await this.#ended;
    clearTimeout(timer);
  }
}

function isBrokenPipe(error: unknown): boolean {
  const codes: number[] = [ErrorCodes.MessageWriteError, ErrorCodes.PendingResponseRejected];
  return (
    error instanceof ConnectionError ||
    (error instanceof ResponseError && codes.includes(error.code))
  );
}
