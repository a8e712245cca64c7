import { readFile } from 'node:fs/promises';
import type { Locations } from '../engine/exports/bench.ts';
import { EngineProcess } from '../client/engine-process.ts';
import type { DoneEvent, TokenEvent } from '../protocol/events.ts';
import type { GenerationOptionsInput } from '../protocol/options.ts';
import { requests } from '../protocol/requests.ts';

/** One text, written by an engine process over its pipes, like in the editor. */
export interface EngineRun {
  readonly done: DoneEvent;
  /** Milliseconds per token, from the start of writing. */
  readonly msPerToken: number;
  /** Milliseconds from the request to the first token. */
  readonly firstTokenMs: number;
}

/** An engine process that writes the benchmark's texts. */
export class BenchEngine {
  constructor(private readonly engine: EngineProcess) {}

  static start(program: string, locations: Locations): BenchEngine {
    return new BenchEngine(
      EngineProcess.start({ program, env: environmentFor(locations), onLog: () => undefined }),
    );
  }

  /**
   * Writes one text.
   * @throws TqError from the engine, or engineGone
   */
  async write(
    text: string,
    options: GenerationOptionsInput,
    onToken: (event: TokenEvent) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<EngineRun> {
    const start = performance.now();
    let firstTokenMs: number | undefined;
    const done = await this.engine.stream(
      requests.generate,
      { prompt: { text }, options: { device: 'cpu', format: 'int8', ...options } },
      (event) => {
        if (event.type !== 'token') return;
        firstTokenMs ??= performance.now() - start;
        onToken(event);
      },
      signal,
    );
    const { wallMs, steps } = done.stats;
    return { done, msPerToken: wallMs / steps, firstTokenMs: firstTokenMs! };
  }

  /** Peak memory of the process in bytes; undefined if the system does not report it. */
  async peakMemory(): Promise<number | undefined> {
    try {
      const status = await readFile(`/proc/${this.engine.processId!}/status`, 'utf8');
      const kilobytes = /^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1];
      return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
    } catch {
      return undefined;
    }
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }
}

/** The environment of a process that uses these folders. */
export function environmentFor({ models, cache }: Locations): NodeJS.ProcessEnv {
  return { ...process.env, TQSTAR_MODELS: models, TQSTAR_CACHE: cache };
}
