import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { EngineProcess } from '../../src/client/engine-process.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import type { DoneEvent, EngineEvent, TokenEvent } from '../../src/protocol/events.ts';
import { methodIds, type GenerationOptionsInput } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';
import { readManifest } from '../../src/engine/models/manifest.ts';
import { buildEngine, startEngine, type StartedEngine } from './engine-program.ts';

const model = 'smollm2-135m-instruct';
const prompt = { text: 'Write a short note to a colleague about a missed deadline.' };
const tone = { reward: 'positive-tone', alpha: 0.25 } as const;

type StreamParams = Omit<z.input<typeof requests.generate.params>, 'requestId'>;

function failsWith(code: number, ...parts: readonly string[]) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    assert.equal(error.message.trim().split('\n').length, 1, error.message);
    return true;
  };
}

function tokensOf(events: readonly EngineEvent[], stream: 'aligned' | 'plain'): TokenEvent[] {
  return events.filter((event) => event.type === 'token').filter((e) => e.stream === stream);
}

/** The events of a text are numbered, and add up to its end. */
function assertAddsUp(events: readonly EngineEvent[], done: DoneEvent): void {
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

describe('the engine process', () => {
  let started: StartedEngine;
  let engine: EngineProcess;

  before(async () => {
    buildEngine();
    started = startEngine();
    engine = started.engine;
    await engine.stream(requests.load, { model }, () => undefined);
  });

  after(() => engine.stop());

  async function generate(options: GenerationOptionsInput, signal?: AbortSignal) {
    const events: EngineEvent[] = [];
    const params: StreamParams = { prompt, options };
    const done = await engine.stream(requests.generate, params, (e) => events.push(e), signal);
    return { events, done };
  }

  const memory = async (): Promise<number> =>
    (await engine.request(requests.capabilities, {})).memory.engine / 2 ** 20;

  describe('answers what it can do', () => {
    it('versions, devices, folders and memory', async () => {
      const found = await engine.request(requests.capabilities, {});
      const { version } = JSON.parse(
        readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
      ) as { version: string };
      assert.equal(found.version, version);
      assert.equal(found.node, process.versions.node);
      assert.equal(found.processId, engine.processId);
      assert.deepEqual(found.devices, ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
      assert.deepEqual(found.formats, ['auto', 'int8', 'fp32', 'q8', 'q4', 'fp16']);
      assert.equal(found.cacheProblem, '');
      assert.ok(found.cacheBytes > 0);
      assert.ok(found.memory.total > found.memory.engine);
    });

    it('models, with what is loaded', async () => {
      const models = await engine.request(requests.listModels, {});
      const shipped = await readManifest(join(import.meta.dirname, '../../models'));
      assert.deepEqual(
        models.map(({ id, problem, loaded }) => ({ id, problem, loaded })),
        shipped.map(({ id }) => ({ id, problem: '', loaded: id === model })),
      );
    });

    it('rewards and methods', async () => {
      const rewards = await engine.request(requests.listRewards, {});
      assert.ok(rewards.some(({ id, range }) => id === 'positive-tone' && range?.join() === '0,1'));
      const methods = await engine.request(requests.listMethods, {});
      assert.deepEqual(
        methods.map(({ id }) => id),
        [...methodIds],
      );
    });

    it('what is wrong with the cache folder', async () => {
      const { engine: other } = startEngine({ TQSTAR_CACHE: '/dev/null/cache' });
      const { cacheProblem } = await other.request(requests.capabilities, {});
      assert.match(cacheProblem, /\/dev\/null\/cache cannot be written/);
      await assert.rejects(
        other.stream(requests.generate, { prompt, options: { method: 'sft' } }, () => undefined),
        failsWith(ErrorCode.storage, '/dev/null/cache', 'TQSTAR_CACHE'),
      );
      await other.stop();
    });
  });

  describe('refuses', () => {
    const wrong: readonly { options: Record<string, unknown>; told: readonly string[] }[] = [
      { options: { alpha: 0 }, told: ['"options.alpha"', '0'] },
      { options: { alpha: -2.5 }, told: ['"options.alpha"', '-2.5'] },
      { options: { k: 0 }, told: ['"options.k"', '0'] },
      { options: { k: 2.5 }, told: ['"options.k"', '2.5'] },
      { options: { rollout: 0 }, told: ['"options.rollout"', '0'] },
      { options: { method: 'magic' }, told: ['"options.method"', '"magic"', 'tq-indirect'] },
      { options: { format: 'int3' }, told: ['"options.format"', 'int8'] },
      { options: { stop: [''] }, told: ['"options.stop.0"'] },
      { options: { temprature: 1 }, told: ['options', 'temprature'] },
    ];
    for (const { options, told } of wrong) {
      it(`the options ${JSON.stringify(options)}, naming field and value`, async () => {
        await assert.rejects(
          generate(options as GenerationOptionsInput),
          failsWith(ErrorCode.invalidInput, ...told),
        );
      });
    }

    const bad: readonly {
      what: string;
      options: GenerationOptionsInput;
      code: number;
      told: string[];
    }[] = [
      {
        what: 'a method with a value but no reward',
        options: { method: 'tq' },
        code: ErrorCode.invalidInput,
        told: ['tq', 'target reward'],
      },
      {
        what: 'tq-indirect with one rollout',
        options: { ...tone, method: 'tq-indirect', rollouts: 1 },
        code: ErrorCode.invalidInput,
        told: ['1', 'at least 2'],
      },
      {
        what: 'more candidates than the vocabulary has',
        options: { ...tone, k: 50_000 },
        code: ErrorCode.invalidInput,
        told: ['50000', '49152'],
      },
      {
        what: 'a reward that does not exist',
        options: { reward: 'beauty' },
        code: ErrorCode.unknownId,
        told: ['beauty', 'positive-tone'],
      },
      {
        what: 'a model that does not exist',
        options: { method: 'sft', policy: 'gpt-9' },
        code: ErrorCode.unknownId,
        told: ['gpt-9', model],
      },
    ];
    for (const { what, options, code, told } of bad) {
      it(what, async () => {
        await assert.rejects(generate(options), failsWith(code, ...told));
      });
    }

    it('an empty prompt', async () => {
      const params: StreamParams = { prompt: { text: ' \n' }, options: { method: 'sft' } };
      await assert.rejects(
        engine.stream(requests.generate, params, () => undefined),
        failsWith(ErrorCode.invalidInput, 'prompt is empty'),
      );
    });

    it('a prompt that does not fit the context, saying how much would', async () => {
      const long = { text: 'word '.repeat(9000) };
      const events: EngineEvent[] = [];
      await assert.rejects(
        engine.stream(requests.generate, { prompt: long, options: tone }, (e) => events.push(e)),
        failsWith(ErrorCode.contextFull, '8192', 'at most 8044 prompt tokens fit'),
      );
      const nearly = { text: 'word '.repeat(8000), raw: true };
      await assert.rejects(
        engine.stream(
          requests.generate,
          { prompt: nearly, options: { ...tone, maxTokens: 400 } },
          (e) => events.push(e),
        ),
        failsWith(ErrorCode.contextFull, '8192', 'new tokens fit this prompt'),
      );
      assert.deepEqual(tokensOf(events, 'aligned'), []);
    });

    it('and goes on after all that', async () => {
      const { done } = await generate({ method: 'sft', maxTokens: 3 });
      assert.equal(done.ids.length, 3);
      assert.deepEqual(started.log, []);
    });
  });

  describe('writes', () => {
    it('one text, an event a token, whose texts add up', async () => {
      const { events, done } = await generate({ ...tone, maxTokens: 16 });
      assertAddsUp(events, done);
      assert.deepEqual(events.at(-1), done);
      assert.equal(done.stop, 'length');
      assert.ok(done.reward! >= 0 && done.reward! <= 1);
      assert.ok(events.every((event) => event.type !== 'token' || event.candidates.length === 10));
      assert.ok(done.stats.policyPositions < done.stats.exhaustivePositions);
    });

    it('the same text for the same seed', async () => {
      const options = { ...tone, alpha: 1, temperature: 1, seed: 5, maxTokens: 8 };
      const [first, second] = [await generate(options), await generate(options)];
      assert.deepEqual(second.done.ids, first.done.ids);
      const other = await generate({ ...options, seed: 6 });
      assert.notDeepEqual(other.done.ids, first.done.ids);
    });

    it('up to a stop string, which is not part of the text', async () => {
      const { events, done } = await generate({ method: 'sft', maxTokens: 60, stop: ['\n'] });
      assert.equal(done.stop, 'stop');
      assert.ok(!done.text.includes('\n'));
      assertAddsUp(events, done);
    });

    it('aligned and plain at once, taking turns', async () => {
      const events: EngineEvent[] = [];
      const options = { ...tone, maxTokens: 16 };
      const { aligned, plain } = await engine.stream(
        requests.compare,
        { prompt, options },
        (event) => events.push(event),
      );
      assertAddsUp(events, aligned);
      assertAddsUp(events, plain);
      const turns = events.filter((event) => event.type === 'token').map(({ stream }) => stream);
      const both = 2 * Math.min(aligned.ids.length, plain.ids.length);
      assert.deepEqual(
        turns.slice(0, both),
        turns.slice(0, both).map((_, i) => (i % 2 === 0 ? 'plain' : 'aligned')),
      );
      assert.deepEqual(aligned.ids, (await generate(options)).done.ids);
      assert.deepEqual(plain.ids, (await generate({ method: 'sft', maxTokens: 16 })).done.ids);
      assert.notEqual(plain.reward, null);
    });
  });

  describe('scores', () => {
    const score = (responses: string[], options: GenerationOptionsInput) =>
      engine.stream(requests.score, { prompt, responses, options }, () => undefined);

    it('each response, with the parts of a sum', async () => {
      const responses = ['I love this wonderful team!', 'This is a horrible, awful failure.'];
      const [kind, harsh] = await score(responses, { reward: 'positive-tone' });
      assert.ok(kind!.reward > 0.8 && harsh!.reward < 0.2);
      assert.deepEqual(kind!.parts, { 'positive-tone': kind!.reward });
      const [sum] = await score(responses, { reward: 'positive-tone*0.5+concision*0.5' });
      assert.deepEqual(Object.keys(sum!.parts), ['positive-tone', 'concision']);
    });

    it('nothing without a reward or with an unknown one', async () => {
      await assert.rejects(score(['x'], {}), failsWith(ErrorCode.invalidInput, 'reward'));
      await assert.rejects(
        score(['x'], { reward: 'beauty' }),
        failsWith(ErrorCode.unknownId, 'beauty', 'concision'),
      );
    });

    it('a text by its words without loading a model', async () => {
      const { engine: other } = startEngine();
      const events: EngineEvent[] = [];
      await other.stream(
        requests.score,
        { prompt, responses: ['Fine.'], options: { reward: 'concision' } },
        (event) => events.push(event),
      );
      assert.deepEqual(events, []);
      await other.stop();
    });
  });

  describe('runs one request at a time', () => {
    it('queues others in order and tells how many are ahead', async () => {
      const ends: string[] = [];
      const positions: Record<string, number[]> = {};
      const request = async (name: string): Promise<void> => {
        const params: StreamParams = { prompt, options: { method: 'sft', maxTokens: 12 } };
        await engine.stream(requests.generate, params, (event) => {
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
      const first = engine.request(requests.generate, params);
      await assert.rejects(
        engine.request(requests.generate, params),
        failsWith(ErrorCode.invalidInput, '"same"', 'in use'),
      );
      assert.equal((await first).stop, 'length');
      assert.equal((await engine.request(requests.generate, params)).stop, 'length');
    });

    it('unloads nothing while it runs', async () => {
      const running = generate({ method: 'sft', maxTokens: 20 });
      await assert.rejects(
        engine.request(requests.unload, {}),
        failsWith(ErrorCode.invalidInput, 'while a request runs'),
      );
      await running;
    });
  });

  describe('stops a request', () => {
    const slow = { ...tone, exhaustive: true, maxTokens: 200 } as const;

    it('within one decoding step, and gives what was written', async () => {
      const controller = new AbortController();
      const events: EngineEvent[] = [];
      const done = await engine.stream(
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

    it('by JSON-RPC’s own cancelling', async () => {
      const controller = new AbortController();
      const params = { requestId: 'by token', prompt, options: slow };
      const running = engine.request(requests.generate, params, controller.signal);
      controller.abort();
      assert.equal((await running).stop, 'cancelled');
    });

    it('both texts of a comparison', async () => {
      const controller = new AbortController();
      const { aligned, plain } = await engine.stream(
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

    it('that still waits, and tells those behind it', async () => {
      const controller = new AbortController();
      const positions: number[] = [];
      const options = { method: 'sft', maxTokens: 40 } as const;
      const running = generate(options);
      const waiting = generate(options, controller.signal);
      const behind = engine.stream(requests.generate, { prompt, options }, (event) => {
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
      await assert.rejects(generate(slow, controller.signal), failsWith(ErrorCode.cancelled));
    });

    it('and says so where there is none of that id', async () => {
      const { cancelled } = await engine.request(requests.cancel, { requestId: 'unknown' });
      assert.equal(cancelled, false);
    });
  });

  describe('keeps its memory bounded', () => {
    /** Megabytes that the C library and V8 may keep back; the weights alone take 160. */
    const slack = 128;

    it('over 30 generations', async () => {
      const write = (seed: number) =>
        engine.stream(
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
        await engine.stream(requests.load, { model }, (event) => events.push(event));
        const stages = events.map((event) => event.type === 'progress' && event.stage);
        assert.deepEqual(stages, round === 0 ? [] : ['checking', 'loading']);
        assert.deepEqual(await engine.request(requests.unload, { model }), { unloaded: [model] });
        const [entry] = await engine.request(requests.listModels, {});
        assert.equal(entry!.loaded, false);
        sizes.push(await memory());
      }
      const grown = Math.max(...sizes) - sizes[0]!;
      assert.ok(grown <= slack, `after each round: ${sizes.map((size) => size.toFixed(0)).join()}`);
    });
  });
});
