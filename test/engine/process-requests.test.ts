import assert from 'node:assert/strict';
import { ErrorCode } from '../../src/protocol/errors.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import { requests } from '../../src/protocol/requests.ts';
import {
  assertAddsUp,
  failsWith,
  LoadedEngine,
  model,
  prompt,
  tone,
  type StreamParams,
} from './engine-texts.ts';

describe('the engine process with several requests', () => {
  const loaded = LoadedEngine.use();

  const memory = async (): Promise<number> =>
    (await loaded.engine.request(requests.capabilities, {})).memory.engine / 2 ** 20;

  describe('runs one request at a time', () => {
    it('queues others in order and reports their position', async () => {
      const ends: string[] = [];
      const positions: Record<string, number[]> = {};
      const request = async (name: string): Promise<void> => {
        const params: StreamParams = { prompt, options: { method: 'sft', maxTokens: 12 } };
        await loaded.engine.stream(requests.generate, params, (event) => {
          if (event.type === 'queued') (positions[name] ??= []).push(event.ahead);
          if (event.type === 'token' && event.index === 0) ends.push(`${name} starts`);
        });
        ends.push(`${name} ends`);
      };
      await Promise.all(['a', 'b', 'c'].map(request));
      assert.deepEqual(ends, ['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
      assert.deepEqual(positions, { b: [1], c: [2, 1] });
    });

    it('refuses an id that is in use', async () => {
      const params = {
        requestId: 'same',
        prompt,
        options: { method: 'sft', maxTokens: 30 },
      } as const;
      const first = loaded.engine.request(requests.generate, params);
      await assert.rejects(
        loaded.engine.request(requests.generate, params),
        failsWith(ErrorCode.invalidInput, '"same"', 'in use'),
      );
      assert.equal((await first).stop, 'length');
      assert.equal((await loaded.engine.request(requests.generate, params)).stop, 'length');
    });

    it('unloads nothing while it runs', async () => {
      const running = loaded.generate({ method: 'sft', maxTokens: 20 });
      await assert.rejects(
        loaded.engine.request(requests.unload, {}),
        failsWith(ErrorCode.invalidInput, 'while a request runs'),
      );
      await running;
    });
  });

  describe('stops a request', () => {
    const slow = { ...tone, exhaustive: true, maxTokens: 200 } as const;

    it('within one decoding step, and returns the text so far', async () => {
      const controller = new AbortController();
      const events: EngineEvent[] = [];
      const done = await loaded.engine.stream(
        requests.generate,
        { prompt, options: slow },
        (event) => {
          events.push(event);
          if (event.type === 'token' && event.index === 1) controller.abort();
        },
        controller.signal,
      );
      assert.equal(done.stop, 'cancelled');
      assert.ok(done.ids.length >= 2 && done.ids.length <= 3, `${done.ids.length} tokens`);
      assertAddsUp(events, done);
    });

    it('by JSON-RPC cancellation', async () => {
      const controller = new AbortController();
      const params = { requestId: 'by token', prompt, options: slow };
      const running = loaded.engine.request(requests.generate, params, controller.signal);
      controller.abort();
      assert.equal((await running).stop, 'cancelled');
    });

    it('both texts of a comparison', async () => {
      const controller = new AbortController();
      const { aligned, plain } = await loaded.engine.stream(
        requests.compare,
        { prompt, options: { ...tone, maxTokens: 200 } },
        (event) => {
          if (event.type === 'token' && event.index === 3) controller.abort();
        },
        controller.signal,
      );
      assert.deepEqual([aligned.stop, plain.stop], ['cancelled', 'cancelled']);
      assert.ok(plain.text.length > 0);
    });

    it('that still waits, and updates those behind it', async () => {
      const controller = new AbortController();
      const positions: number[] = [];
      const options = { method: 'sft', maxTokens: 40 } as const;
      const running = loaded.generate(options);
      const waiting = loaded.generate(options, controller.signal);
      const behind = loaded.engine.stream(requests.generate, { prompt, options }, (event) => {
        if (event.type !== 'queued') return;
        positions.push(event.ahead);
        controller.abort();
      });
      await assert.rejects(waiting, failsWith(ErrorCode.cancelled, 'cancelled'));
      assert.equal((await running).done.stop, 'length');
      assert.equal((await behind).stop, 'length');
      assert.deepEqual(positions, [2, 1]);
    });

    it('that was cancelled before it was sent', async () => {
      const controller = new AbortController();
      controller.abort();
      await assert.rejects(
        loaded.generate(slow, controller.signal),
        failsWith(ErrorCode.cancelled),
      );
    });

    it('and reports an unknown id', async () => {
      const { cancelled } = await loaded.engine.request(requests.cancel, { requestId: 'unknown' });
      assert.equal(cancelled, false);
    });
  });

  describe('keeps its memory bounded', () => {
    /** Megabytes that the C library and V8 may keep; the weights alone take 160. */
    const slack = 128;

    it('over 30 generations', async () => {
      const write = (seed: number) =>
        loaded.engine.stream(
          requests.generate,
          {
            prompt: { text: `Write ${seed} short sentences about the sea.` },
            options: { ...tone, alpha: 1, rollout: 8, seed, maxTokens: 6 },
          },
          () => undefined,
        );
      for (let seed = 0; seed < 5; seed++) await write(seed);
      const before = await memory();
      for (let seed = 5; seed < 35; seed++) await write(seed);
      const grown = (await memory()) - before;
      assert.ok(grown <= slack, `grown by ${grown.toFixed(0)} MB`);
    });

    it('over five rounds of loading and unloading', async () => {
      const sizes: number[] = [];
      for (let round = 0; round < 6; round++) {
        const events: EngineEvent[] = [];
        await loaded.engine.stream(requests.load, { model }, (event) => events.push(event));
        const stages = events.map((event) => event.type === 'progress' && event.stage);
        assert.deepEqual(stages, round === 0 ? [] : ['checking', 'loading']);
        assert.deepEqual(await loaded.engine.request(requests.unload, { model }), {
          unloaded: [model],
        });
        const [entry] = await loaded.engine.request(requests.listModels, {});
        assert.equal(entry!.loaded, false);
        sizes.push(await memory());
      }
      const grown = Math.max(...sizes) - sizes[0]!;
      assert.ok(grown <= slack, `after each round: ${sizes.map((size) => size.toFixed(0)).join()}`);
    });
  });
});
