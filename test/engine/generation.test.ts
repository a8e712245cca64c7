import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Reward } from '../../src/decoding/reward.ts';
import { loadRequest, type LoadedRequest } from '../../src/engine/requests/load-request.ts';
import { runComparison, runGeneration } from '../../src/engine/requests/write-texts.ts';
import { ModelLibrary } from '../../src/engine/library/model-library.ts';
import { RewardLibrary } from '../../src/engine/library/reward-library.ts';
import { scoreResponses } from '../../src/engine/requests/scoring.ts';
import { ErrorCode, TqError } from '../../src/protocol/errors.ts';
import type { EngineEvent } from '../../src/protocol/events.ts';
import {
  generationOptionsSchema,
  type GenerationOptionsInput,
} from '../../src/protocol/options.ts';
import { TinyModels } from './tiny-models.ts';

const base = 'llama-grouped';
const prompt = { text: 'w5 w9 w33 w70 w12', raw: false };
const never = new AbortController().signal;

function failsWith(code: number, ...parts: readonly string[]) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof TqError, String(error));
    assert.equal(error.code, code, error.message);
    for (const part of parts) assert.ok(error.message.includes(part), error.message);
    return true;
  };
}

/** A reward that returns 0.5 until its nth call, which returns or throws what `score` does. */
function failingReward(calls: number, score: () => number): Reward {
  return {
    id: 'breaks',
    range: [0, 1],
    async open() {
      return {
        positions: 0,
        score: async (responses) => responses.map(() => (calls-- > 0 ? 0.5 : score())),
        close: () => undefined,
      };
    },
  };
}

describe("requests with a user's own models", () => {
  let tiny: TinyModels;
  let models: ModelLibrary;
  let rewards: RewardLibrary;
  let events: EngineEvent[];
  const emit = (event: EngineEvent): void => {
    events.push(event);
  };

  beforeEach(() => {
    tiny = new TinyModels(base, 'lora-policy', 'lora-reward', 'llama-rope-llama3-f16');
    tiny.addTokenizer(base);
    const locations = {
      models: join(import.meta.dirname, '../../models'),
      cache: tiny.folder('cache'),
      store: tiny.folder('store'),
    };
    models = new ModelLibrary(locations);
    rewards = new RewardLibrary(locations, models);
    events = [];
  });

  afterEach(async () => {
    await models.unload();
    tiny.remove();
  });

  const options = (changes: GenerationOptionsInput = {}) =>
    generationOptionsSchema.parse({
      policy: tiny.folder(base),
      reward: tiny.folder('lora-reward'),
      format: 'fp32',
      device: 'cpu',
      k: 5,
      rollout: 4,
      maxTokens: 8,
      ...changes,
    });

  async function load(changes: GenerationOptionsInput = {}): Promise<LoadedRequest> {
    return loadRequest({ models, rewards }, prompt, options(changes), emit, never);
  }

  const write = (cast: LoadedRequest, changes: GenerationOptionsInput = {}) =>
    runGeneration(cast, prompt, options(changes), emit, never);

  const heldBytes = (cast: LoadedRequest): number => cast.reference.local!.decoder.cacheBytes;

  it('steers with a base, an adapter and a score head given as paths', async () => {
    const cast = await load({ baseline: tiny.folder('lora-policy') });
    const done = await write(cast);
    assert.equal(done.ids.length, 8);
    assert.ok(Number.isFinite(done.reward));
    assert.ok(done.kl!.low > 0);
    const notes = events.filter((event) => event.type === 'note').map(({ text }) => text);
    assert.ok(notes.some((text) => text.includes('has no range')));
  });

  it('gives a text the same reward when it is scored later', async () => {
    const cast = await load();
    const done = await write(cast, { maxTokens: 60 });
    const end = cast.reference.tokenizer.vocabularySize - 1;
    const scored = { ...options(), reward: tiny.folder('lora-reward') };
    const written = { text: done.text, ended: done.stop === 'eos' };
    const responses = [written, { text: 'w1 w2', ended: true }, written];
    const params = { prompt, responses, options: scored };
    const scores = await scoreResponses({ models, rewards }, params, emit, never);
    assert.equal(scores.length, 3);
    assert.equal(scores[2]!.reward, scores[0]!.reward);
    assert.deepEqual(scores[0]!.parts, { [cast.target!.id]: scores[0]!.reward });
    assert.ok(Math.abs(scores[0]!.reward - done.reward!) < 1e-5);
    const session = await cast.target!.open({ text: prompt.text, tokens: [5, 9, 33, 70, 12] });
    const response = { text: 'w1 w2', tokens: [1, 2, end], ended: true };
    assert.deepEqual(await session.score([response]), [scores[1]!.reward]);
  });

  const template =
    '{% for message in messages %}w1 {{ message.content }} <|endoftext|>{% endfor %}';
  for (const [name, chat_template, stop] of [
    ['with', template, 'w60'],
    ['without', undefined, 'w3'],
  ] as const) {
    it(`reads a text the same way when it writes and when it scores, ${name} a template`, async () => {
      // Two tokens end a text; the reward model was trained with one of them.
      tiny.configure(base, { eos_token_id: [7, 95] }, 'generation_config.json');
      if (chat_template) tiny.configure(base, { chat_template }, 'tokenizer_config.json');
      const cast = await load();
      const scoring = { ...options(), reward: tiny.folder('lora-reward') };
      const ways = new Set<string>();
      let misread = 0;
      for (let seed = 0; seed < 24; seed += 1) {
        const sampled = { method: 'sft', temperature: 1, seed, maxTokens: 24 } as const;
        const done = await write(cast, { ...sampled, stop: [stop] });
        const ended = done.stop === 'eos';
        ways.add(ended ? `eos ${done.ids.at(-1)!}` : done.stop);
        const responses = [ended, !ended].map((each) => ({ text: done.text, ended: each }));
        const params = { prompt, responses, options: scoring };
        const [same, other] = await scoreResponses({ models, rewards }, params, emit, never);
        assert.ok(Math.abs(same!.reward - done.reward!) < 1e-5, `${done.stop} ${done.text}`);
        if (Math.abs(other!.reward - done.reward!) > 1e-3) misread += 1;
      }
      assert.deepEqual([...ways].sort(), ['eos 7', 'eos 95', 'length', 'stop']);
      // The test would notice: nearly every text has another reward with another end.
      assert.ok(misread > 20, String(misread));
    });
  }

  it('runs controlled decoding if tq has no baseline policy of its own, and says so', async () => {
    const cast = await load();
    const done = await write(cast);
    assert.equal(done.stats.method, 'cd');
    assert.ok(done.notes.some((note) => note.startsWith('Controlled decoding (cd): tq')));
    assert.deepEqual(done.ids, (await write(cast, { method: 'cd' })).ids);
    const own = await load({ baseline: tiny.folder('lora-policy') });
    const transferred = await write(own);
    assert.equal(transferred.stats.method, 'tq');
    assert.ok(!transferred.notes.some((note) => note.includes('Controlled decoding')));
  });

  it('rolls out to the end where the reward judges whole answers and no H is named', async () => {
    const without = { rollout: undefined, maxTokens: 8 };
    const cast = await load(without);
    assert.ok(cast.notes.some((note) => note.includes('rollouts go to the end')));
    const done = await write(cast, without);
    const full = await write(cast, { rollout: 8, maxTokens: 8 });
    assert.equal(done.stats.rolloutTokens, full.stats.rolloutTokens);
    const named = await load({ rollout: 2 });
    assert.ok(!named.notes.some((note) => note.includes('rollouts go to the end')));
    const short = await write(named, { rollout: 2, maxTokens: 8 });
    assert.ok(short.stats.rolloutTokens < done.stats.rolloutTokens);
  });

  it('uses a reward model with another tokenizer', async () => {
    tiny.addTokenizer('llama-rope-llama3-f16', 95);
    const chat = '{% for message in messages %}w1 {{ message.content }} w2 {% endfor %}';
    tiny.configure(base, { chat_template: chat }, 'tokenizer_config.json');
    const cast = await load({ policy: tiny.folder('llama-rope-llama3-f16') });
    const done = await write(cast);
    assert.equal(done.ids.length, 8);
    const own = await models.policy(tiny.folder(base), options());
    // The text was cut, so what the template writes after an answer is missing.
    assert.equal(done.stop, 'length');
    const tokens = own.tokenizer.encode(`w1 ${prompt.text} w2 w1 ${done.text}`);
    const session = await cast.target!.open({ text: '', tokens: tokens.slice(0, 1) });
    const response = { text: '', tokens: tokens.slice(1), ended: false };
    const [score] = await session.score([response]);
    assert.ok(Math.abs(score! - done.reward!) < 1e-4);
  });

  it('uses a reward model on another base with the same tokens', async () => {
    tiny.addTokenizer('llama-rope-llama3-f16');
    const cast = await load({ policy: tiny.folder('llama-rope-llama3-f16') });
    assert.equal((await write(cast)).ids.length, 8);
  });

  it('compares policies with different weights and the same tokens', async () => {
    tiny.addTokenizer('llama-rope-llama3-f16');
    const cast = await load({ baseline: tiny.folder('llama-rope-llama3-f16') });
    assert.notEqual((await write(cast)).kl, null);
  });

  it('names a reward that does not exist before any model is loaded', async () => {
    await assert.rejects(load({ reward: 'beauty' }), failsWith(ErrorCode.unknownId, 'beauty'));
    assert.deepEqual(events, []);
  });

  describe('a reward that returns no number', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      it(`ends the text with an error that names the reward (${value}) and keeps the tokens`, async () => {
        const cast = { ...(await load()), target: failingReward(7, () => value) };
        const expected = failsWith(ErrorCode.badReward, '"breaks"', String(value), 'finite number');
        events = [];
        await assert.rejects(write(cast, { alpha: 0.01 }), expected);
        const tokens = events.filter((event) => event.type === 'token');
        assert.ok(tokens.length >= 1);
        assert.deepEqual((await write(await load())).ids.length, 8);
      });
    }

    it('is detected for a causal reward model that overflows', async () => {
      tiny.change('lora-reward', (tensors) => {
        const name = tensors.named('score.weight');
        tensors.set(name, tensors.shape(name), () => 3e38);
      });
      await assert.rejects(write(await load()), failsWith(ErrorCode.badReward, 'lora-reward'));
    });

    it('reports the message of a reward that throws', async () => {
      const broken = failingReward(0, () => {
        throw new Error('the judge is asleep');
      });
      const expected = failsWith(ErrorCode.badReward, '"breaks"', 'the judge is asleep');
      await assert.rejects(write({ ...(await load()), target: broken }), expected);
    });

    it('frees the memory of both texts of a comparison', async () => {
      const cast = await load();
      const compare = (target: Reward) =>
        runComparison({ ...cast, target }, prompt, options({ alpha: 0.01 }), emit, never);
      await compare(failingReward(1e6, () => 0));
      const held = heldBytes(cast);
      for (let i = 0; i < 5; i++) {
        await assert.rejects(compare(failingReward(9, () => NaN)), failsWith(ErrorCode.badReward));
      }
      assert.ok(heldBytes(cast) <= held, `${heldBytes(cast)} bytes, ${held} before`);
    });
  });

  describe('the cached prefix of an earlier text', () => {
    const start = [5, 9, 33];
    const rest = (count: number, seed: number) =>
      Array.from({ length: count }, (_, i) => (7 * i + seed) % 90);

    it('is copied if it is much longer, so that runs of a short text stay small', async () => {
      const policy = (await load()).reference.local!.decoder;
      const long = [...start, ...rest(220, 1)];
      (await policy.open(long)).close();
      const short = await policy.open([...start, ...rest(5, 2)]);
      assert.equal(short.count.positions, 5);
      assert.ok(short.tree.prefix.capacity <= 64, `${short.tree.prefix.capacity} slots`);
      const again = await policy.open([...long, 1]);
      assert.equal(again.count.positions, 1);
      again.close();
      short.close();
    });
  });
});
