import { availableParallelism } from 'node:os';
import { EngineProcess } from '../../client/engine-process.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { requests } from '../../protocol/requests.ts';
import type { Versions } from './response.ts';

/** Parallel engine processes, each of which runs one request at a time. */
export class Engines {
  /** The setup an engine has loaded models for. */
  readonly #setups = new Map<EngineProcess, string>();

  private constructor(private readonly engines: readonly EngineProcess[]) {}

  /**
   * Starts the engines, which share the machine's cores.
   * @throws TqError engineGone if one cannot be started
   */
  static async start(
    program: string,
    count: number,
    environment: NodeJS.ProcessEnv = process.env,
  ): Promise<Engines> {
    const threads = Math.max(1, Math.floor(availableParallelism() / count));
    const env = count === 1 ? environment : { ...environment, TQSTAR_THREADS: String(threads) };
    const engines = new Engines(
      Array.from({ length: count }, () => EngineProcess.start({ program, env })),
    );
    try {
      await Promise.all(engines.engines.map((engine) => engine.request(requests.capabilities, {})));
    } catch (error) {
      await engines.stop();
      throw error;
    }
    return engines;
  }

  get first(): EngineProcess {
    return this.engines[0]!;
  }

  get count(): number {
    return this.engines.length;
  }

  async versions(): Promise<Versions> {
    const { version, onnxruntime, node } = await this.first.request(requests.capabilities, {});
    return { tqstar: version, onnxruntime, node };
  }

  /** Unloads the models of the previous setup, so memory is bounded by one setup. */
  async switchTo(engine: EngineProcess, setup: string): Promise<void> {
    const last = this.#setups.get(engine);
    if (last !== undefined && last !== setup) await engine.request(requests.unload, {});
    this.#setups.set(engine, setup);
  }

  /** Distributes the work over the engines, in order; the first failure stops all of them. */
  async each<T>(
    work: readonly T[],
    signal: AbortSignal,
    run: (engine: EngineProcess, piece: T, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const queue = work[Symbol.iterator]();
    const results = await Promise.allSettled(
      this.engines.map(async (engine) => {
        try {
          for (const piece of queue) {
            if (either.aborted) return;
            await run(engine, piece, either);
          }
        } catch (error) {
          failed.abort();
          throw error;
        }
      }),
    );
    // The first failure cancels the others; report the cause, not the cancellations.
    const failures = results.filter((result) => result.status === 'rejected');
    const cause = failures.find(({ reason }) => !isCancelled(reason)) ?? failures[0];
    if (cause) throw cause.reason;
  }

  async stop(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.stop()));
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof TqError && error.code === ErrorCode.cancelled;
}
