import { join } from 'node:path';
import { EngineProcess } from '../client/engine-process.ts';
import { jsonLine } from '../protocol/printable.ts';
import { ExitCode } from './parser/failure.ts';

/** How long a command may take to stop after an interrupt before its programs are killed. */
export const stopMs = 1200;

/** Why a command was stopped early. */
export type StopCause = { readonly kind: 'interrupt' } | { readonly kind: 'output'; error: Error };

/** One run of the command line: its streams, its engine, and the reason to stop early. */
export class Session {
  readonly #controller = new AbortController();
  #engine: EngineProcess | undefined;
  #cause: StopCause | undefined;
  /** Whether a program that this one started has reported the interrupt. */
  interruptReported = false;

  constructor(readonly process: NodeJS.Process) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        this.#interrupt();
      });
    }
    process.stdout.on('error', (error: Error) => {
      this.#stop({ kind: 'output', error });
    });
    // A closed standard error is no reason to fail.
    process.stderr.on('error', () => undefined);
  }

  /** Aborts at the first interrupt, or when standard output is closed. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cause(): StopCause | undefined {
    return this.#cause;
  }

  /** The engine's program, built next to this one. */
  get engineProgram(): string {
    return join(import.meta.dirname, 'engine.js');
  }

  /** The engine; started on first use. */
  get engine(): EngineProcess {
    this.#engine ??= EngineProcess.start({ program: this.engineProgram });
    return this.#engine;
  }

  /** Whether standard output can show colours and move the cursor. */
  get isTerminal(): boolean {
    return this.process.stdout.isTTY;
  }

  /** Prints one or more lines on standard output. */
  print(text: string): void {
    this.process.stdout.write(`${text}\n`);
  }

  /** Prints a value as one line of JSON, without characters that a terminal would obey. */
  printJson(value: unknown): void {
    this.print(jsonLine(value));
  }

  async close(): Promise<void> {
    await this.#engine?.stop();
  }

  #interrupt(): void {
    if (this.#cause?.kind === 'interrupt') {
      this.#engine?.kill();
      this.process.exit(ExitCode.interrupted);
    }
    this.#stop({ kind: 'interrupt' });
  }

  #stop(cause: StopCause): void {
    this.#cause ??= cause;
    this.#controller.abort();
    setTimeout(() => this.#engine?.kill(), stopMs).unref();
  }
}
