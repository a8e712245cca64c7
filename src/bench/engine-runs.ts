import { readFile } from 'node:fs/promises';
import type { Locations } from '../engine/exports/bench.ts';
import { EngineProcess } from '../client/engine-process.ts';
import type { DoneEvent, TokenEvent } from '../protocol/events.ts';
import type { GenerationOptionsInput } from '../protocol/options.ts';
import { requests } from '../protocol/requests.ts';

/**
 * One text, written by the engine as it is for everybody: a process that is asked over its pipes.
 */
export interface EngineRun {
  readonly done: DoneEvent;
  /** Milliseconds a token, after the engine began to write. */
  readonly msPerToken: number;
  /** Milliseconds from the request to the first token. */
  readonly firstTokenMs: number;
}

/** An engine process that the benchmark asks for texts. */
export class BenchEngine {
  constructor(private readonly engine: EngineProcess) {}

  static start(program: string, locations: Locations): BenchEngine {
    return new BenchEngine(
      EngineProcess.start({ program, env: environmentFor(locations), onLog: () => undefined }),
    );
  }

  /**
   * Writes one text.
   * @throws TqError what the engine says, or engineGone
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

  /** The most memory the process has had, in bytes; undefined where the system does not say. */
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

/** The environment of a process that must use these folders. */
export function environmentFor({ models, cache }: Locations): NodeJS.ProcessEnv {
  return { ...process.env, TQSTAR_MODELS: models, TQSTAR_CACHE: cache };
}
