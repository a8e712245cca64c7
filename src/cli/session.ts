import { join } from 'node:path';
import { EngineProcess } from '../client/engine-process.ts';
import { ExitCode } from './parser/failure.ts';

/** Why a command was stopped before its end. */
export type StopCause = { readonly kind: 'interrupt' } | { readonly kind: 'output'; error: Error };

/** One run of the command line: its streams, its engine, and what may stop it early. */
export class Session {
  readonly #controller = new AbortController();
  #engine: EngineProcess | undefined;
  #cause: StopCause | undefined;
  /** Whether a program that this one started has reported the interrupt. */
  interruptReported = false;

  constructor(readonly process: NodeJS.Process) {
    process.on('SIGINT', () => {
      this.#interrupt();
    });
    process.stdout.on('error', (error: Error) => {
      this.#stop({ kind: 'output', error });
    });
    // Whoever closed standard error does not want to hear that it is closed.
    process.stderr.on('error', () => undefined);
  }

  /** Fires when the command shall end early: at the first interrupt, or when no one reads. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cause(): StopCause | undefined {
    return this.#cause;
  }

  /** The program of the engine, built beside this one. */
  get engineProgram(): string {
    return join(import.meta.dirname, 'engine.js');
  }

  /** The engine, started at first use. */
  get engine(): EngineProcess {
    this.#engine ??= EngineProcess.start({ program: this.engineProgram });
    return this.#engine;
  }

  /** True where text may be coloured and moved about. */
  get isTerminal(): boolean {
    return this.process.stdout.isTTY;
  }

  /** Prints a line or several on standard output. */
  print(text: string): void {
    this.process.stdout.write(`${text}\n`);
  }

  async close(): Promise<void> {
    await this.#engine?.stop();
  }

  #interrupt(): void {
    if (this.#cause?.kind === 'interrupt') {
      const engine = this.#engine?.processId;
      if (engine !== undefined) this.process.kill(engine, 'SIGKILL');
      this.process.exit(ExitCode.interrupted);
    }
    this.#stop({ kind: 'interrupt' });
  }

  #stop(cause: StopCause): void {
    this.#cause ??= cause;
    this.#controller.abort();
  }
}
