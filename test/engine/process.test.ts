import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorCode } from '../../src/protocol/errors.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import { methodIds, type GenerationOptionsInput } from '../../src/protocol/options.ts';
import { requests } from '../../src/protocol/requests.ts';
import { readManifest } from '../../src/engine/models/manifest.ts';
import { startEngine } from './engine-program.ts';
import {
  assertAddsUp,
  failsWith,
  LoadedEngine,
  model,
  prompt,
  tokensOf,
  tone,
  type StreamParams,
} from './engine-texts.ts';

describe('the engine process', () => {
  const loaded = LoadedEngine.use();

  describe('reports', () => {
    it('versions, devices, folders and memory', async () => {
      const found = await loaded.engine.request(requests.capabilities, {});
      const { version } = JSON.parse(
        readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
      ) as { version: string };
      assert.equal(found.version, version);
      assert.equal(found.node, process.versions.node);
      assert.equal(found.processId, loaded.engine.processId);
      assert.deepEqual(found.devices, ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
      assert.deepEqual(found.formats, ['auto', 'int8', 'fp32', 'q8', 'q4', 'fp16']);
      assert.equal(found.cacheProblem, '');
      assert.ok(found.cacheBytes > 0);
      assert.ok(found.memory.total > found.memory.engine);
    });

    it('models, and which are loaded', async () => {
      const models = await loaded.engine.request(requests.listModels, {});
      const shipped = await readManifest(join(import.meta.dirname, '../../models'));
      assert.deepEqual(
        models.map(({ id, problem, loaded }) => ({ id, problem, loaded })),
        shipped.map(({ id }) => ({ id, problem: '', loaded: id === model })),
      );
    });

    it('rewards and methods', async () => {
      const rewards = await loaded.engine.request(requests.listRewards, {});
      assert.ok(rewards.some(({ id, range }) => id === 'positive-tone' && range?.join() === '0,1'));
      const methods = await loaded.engine.request(requests.listMethods, {});
      assert.deepEqual(
        methods.map(({ id }) => id),
        [...methodIds],
      );
    });

    it('a problem with the cache folder', async () => {
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
          loaded.generate(options as GenerationOptionsInput),
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
        what: 'tq-indirect on pi_BL with one rollout',
        options: {
          ...{ ...tone, method: 'tq-indirect', rollouts: 1 },
          indirectReference: 'baseline',
        },
        code: ErrorCode.invalidInput,
        told: ['1', 'at least 2'],
      },
      {
        what: 'more candidates than the vocabulary has tokens',
        options: { ...tone, k: 50_000 },
        code: ErrorCode.invalidInput,
        told: ['50000', '49152'],
      },
      {
        what: 'more branches than fit into memory, before it computes',
        options: { ...tone, k: 49_152, rollout: 7_999, maxTokens: 8_000 },
        code: ErrorCode.outOfMemory,
        told: ['49152 branches of 8000 tokens', 'GB are free; lower k, rollouts or rollout'],
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
        await assert.rejects(loaded.generate(options), failsWith(code, ...told));
      });
    }

    it('an empty prompt', async () => {
      const params: StreamParams = { prompt: { text: ' \n' }, options: { method: 'sft' } };
      await assert.rejects(
        loaded.engine.stream(requests.generate, params, () => undefined),
        failsWith(ErrorCode.invalidInput, 'prompt is empty'),
      );
    });

    it('a prompt that exceeds the context, with the number of tokens that fit', async () => {
      const long = { text: 'word '.repeat(9000) };
      const events: EngineEvent[] = [];
      await assert.rejects(
        loaded.engine.stream(requests.generate, { prompt: long, options: tone }, (e) =>
          events.push(e),
        ),
        failsWith(ErrorCode.contextFull, '8192', 'at most 8064 prompt tokens fit'),
      );
      const nearly = { text: 'word '.repeat(8000), raw: true };
      await assert.rejects(
        loaded.engine.stream(
          requests.generate,
          { prompt: nearly, options: { ...tone, maxTokens: 400 } },
          (e) => events.push(e),
        ),
        failsWith(ErrorCode.contextFull, '8192', 'new tokens fit this prompt'),
      );
      assert.deepEqual(tokensOf(events, 'aligned'), []);
    });

    it('and keeps running afterwards', async () => {
      const { done } = await loaded.generate({ method: 'sft', maxTokens: 3 });
      assert.equal(done.ids.length, 3);
      assert.deepEqual(loaded.log, []);
    });
  });

  describe('writes', () => {
    it('one text, with an event for each token', async () => {
      const { events, done } = await loaded.generate({ ...tone, maxTokens: 16 });
      assertAddsUp(events, done);
      assert.deepEqual(events.at(-1), done);
      assert.equal(done.stop, 'length');
      assert.ok(done.reward! >= 0 && done.reward! <= 1);
      assert.ok(events.every((event) => event.type !== 'token' || event.candidates.length === 10));
      assert.ok(done.stats.policyPositions < done.stats.exhaustivePositions);
    });

    it('the same text for the same seed', async () => {
      const options = { ...tone, alpha: 1, temperature: 1, seed: 5, maxTokens: 8 };
      const [first, second] = [await loaded.generate(options), await loaded.generate(options)];
      assert.deepEqual(second.done.ids, first.done.ids);
      const other = await loaded.generate({ ...options, seed: 6 });
      assert.notDeepEqual(other.done.ids, first.done.ids);
    });

    it('up to a stop string, without the stop string', async () => {
      const { events, done } = await loaded.generate({
        method: 'sft',
        maxTokens: 60,
        stop: ['\n'],
      });
      assert.equal(done.stop, 'stop');
      assert.ok(!done.text.includes('\n'));
      assertAddsUp(events, done);
    });

    it('aligned and plain text alternately', async () => {
      const events: EngineEvent[] = [];
      const options = { ...tone, maxTokens: 16 };
      const { aligned, plain } = await loaded.engine.stream(
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
      assert.deepEqual(aligned.ids, (await loaded.generate(options)).done.ids);
      assert.deepEqual(
        plain.ids,
        (await loaded.generate({ method: 'sft', maxTokens: 16 })).done.ids,
      );
      assert.notEqual(plain.reward, null);
    });
  });

  describe('scores', () => {
    const score = (responses: string[], options: GenerationOptionsInput) =>
      loaded.engine.stream(requests.score, { prompt, responses, options }, () => undefined);

    it('each response, with the parts of a sum', async () => {
      const responses = ['I love this wonderful team!', 'This is a horrible, awful failure.'];
      const [kind, harsh] = await score(responses, { reward: 'positive-tone' });
      assert.ok(kind!.reward > 0.8 && harsh!.reward < 0.2);
      assert.deepEqual(kind!.parts, { 'positive-tone': kind!.reward });
      const [sum] = await score(responses, { reward: 'positive-tone*0.5+concision*0.5' });
      assert.deepEqual(Object.keys(sum!.parts), ['positive-tone', 'concision']);
    });

    it('nothing without a reward or with an unknown reward', async () => {
      await assert.rejects(score(['x'], {}), failsWith(ErrorCode.invalidInput, 'reward'));
      await assert.rejects(
        score(['x'], { reward: 'beauty' }),
        failsWith(ErrorCode.unknownId, 'beauty', 'concision'),
      );
    });

    it('a text measure without loading a model', async () => {
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
});
