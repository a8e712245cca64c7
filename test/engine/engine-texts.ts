import assert from 'node:assert/strict';
import type { z } from 'zod';
import { TqError } from '../../src/protocol/errors.ts';
import type { EngineProcess } from '../../src/client/engine-process.ts';
import type { DoneEvent, EngineEvent, TokenEvent } from '../../src/protocol/events.ts';
import type { GenerationOptionsInput } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';
import { buildEngine, startEngine, type StartedEngine } from './engine-program.ts';

export const model = 'smollm2-135m-instruct';
export const prompt = { text: 'Write a short note to a colleague about a missed deadline.' };
export const tone = { reward: 'positive-tone', alpha: 0.25 } as const;

export type StreamParams = Omit<z.input<typeof requests.generate.params>, 'requestId'>;

export function failsWith(code: number, ...parts: readonly string[]) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    assert.equal(error.message.trim().split('\n').length, 1, error.message);
    return true;
  };
}

export function tokensOf(
  events: readonly EngineEvent[],
  stream: 'aligned' | 'plain',
): TokenEvent[] {
  return events.filter((event) => event.type === 'token').filter((e) => e.stream === stream);
}

/** Checks that events are numbered and that their texts add up to the whole. */
export function assertAddsUp(events: readonly EngineEvent[], done: DoneEvent): void {
  const tokens = tokensOf(events, done.stream);
  assert.deepEqual(
    tokens.map(({ index }) => index),
    tokens.map((_, i) => i),
  );
  assert.deepEqual(
    tokens.map(({ id }) => id),
    done.ids,
  );
  assert.equal(tokens.map(({ text }) => text).join(''), done.text);
  assert.equal(done.stats.steps, tokens.length);
}

/**
 * An engine with a loaded model for all tests of a suite: started before them, stopped after them.
 */
export class LoadedEngine {
  #started: StartedEngine | undefined;

  /** Call it in the body of `describe`. */
  static use(): LoadedEngine {
    const loaded = new LoadedEngine();
    before(async () => {
      buildEngine();
      loaded.#started = startEngine();
      await loaded.engine.stream(requests.load, { model }, () => undefined);
    });
    after(() => loaded.engine.stop());
    return loaded;
  }

  get engine(): EngineProcess {
    return this.#started!.engine;
  }

  /** The engine's log. */
  get log(): readonly string[] {
    return this.#started!.log;
  }

  async generate(options: GenerationOptionsInput, signal?: AbortSignal) {
    const events: EngineEvent[] = [];
    const params: StreamParams = { prompt, options };
    const done = await this.engine.stream(requests.generate, params, (e) => events.push(e), signal);
    return { events, done };
  }
}
