import { availableParallelism } from 'node:os';
import { EngineProcess } from '../../client/engine-process.ts';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import { requests } from '../../protocol/requests.ts';
import type { Versions } from './response.ts';

/** Engines side by side, each a process of its own that takes one request at a time. */
export class Engines {
  /** The setup whose models an engine has in memory. */
  readonly #setups = new Map<EngineProcess, string>();

  private constructor(private readonly engines: readonly EngineProcess[]) {}

  /**
   * Starts them; they share the machine's cores.
   * @throws TqError engineGone where one cannot be started
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

  /**
   * Lets an engine forget the models of the setup before: all together they need more memory than
   * one.
   */
  async turnTo(engine: EngineProcess, setup: string): Promise<void> {
    const last = this.#setups.get(engine);
    if (last !== undefined && last !== setup) await engine.request(requests.unload, {});
    this.#setups.set(engine, setup);
  }

  /** Does every piece of work on some engine, in order; the first failure stops the others. */
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
    // What the first failure cancelled fails as well; it is the first that tells why.
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
