import assert from 'node:assert/strict';
import { join } from 'node:path';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { Reward } from '../../src/decoding/reward.ts';
import type { FormatName } from '../../src/engine/models/compiler/format.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { Trunk } from '../../src/engine/runtime/trunk.ts';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import { Clamped } from '../../src/engine/reward/clamped.ts';
import { familyModels, fixtures, openSession, shippedModel } from './compiled.ts';
import { TinyModels } from './tiny-models.ts';

const prompt = [5, 9, 33, 70, 12];
const text = 'w5 w9 w33 w70 w12';
const ends = new Set<number>();

async function openTrunk(path: string, layers: number, format: FormatName): Promise<Trunk> {
  return new Trunk(await openSession(path, { format, to: layers, head: 'states' }));
}

async function policyOver(trunk: Trunk, path: string, format: FormatName, adapter?: string) {
  const over = { format, from: trunk.layers, ...(adapter !== undefined && { adapter }) };
  return new DecoderPolicy('over', await openSession(path, over), ends, 'tiny', trunk.retain());
}

describe('int8 layers above a trunk have the same bits as one graph', () => {
  for (const model of ['llama-grouped', ...familyModels]) {
    it(model, async () => {
      const path = join(fixtures, model);
      const session = await openSession(path, { format: 'int8' });
      const whole = new DecoderPolicy('whole', session, ends, 'tiny');
      const split = await policyOver(await openTrunk(path, 1, 'int8'), path, 'int8');
      const [a, b] = [await whole.open(prompt), await split.open(prompt)];
      for (let step = 0; step < 10; step++) {
        const candidates = await a.next(5);
        assert.deepEqual(await b.next(5), candidates, `step ${step}`);
        const starts = candidates
          .slice(0, 1 + (step % 4))
          .map(({ token }) => ({ tokens: [token], length: 6 }));
        const options = { reuse: step % 2 === 0 };
        assert.deepEqual(await b.rollOut(starts, options), await a.rollOut(starts, options));
        const { token } = candidates[step % 5]!;
        await a.commit(token);
        await b.commit(token);
      }
      assert.equal(b.count.positions, a.count.positions);
      await whole.dispose();
      await split.dispose();
    });
  }
});

describe('models on one trunk', () => {
  let tiny: TinyModels;
  let path: string;
  let trunk: Trunk;
  let base: DecoderPolicy;
  let tuned: DecoderPolicy;
  let reward: CausalReward;

  /** The reward model as one graph. */
  let merged: CausalReward;

  before(async () => {
    tiny = new TinyModels('llama-grouped', 'lora-policy', 'lora-reward');
    for (const adapter of ['lora-policy', 'lora-reward']) {
      tiny.change(adapter, (tensors) => {
        for (const name of tensors.names) if (/layers\.0\./u.test(name)) tensors.delete(name);
      });
    }
    path = tiny.folder('llama-grouped');
    const session = await openSession(path, {
      ...{ format: 'int8', head: 'score' },
      adapter: tiny.folder('lora-reward'),
    });
    merged = new CausalReward('merged', session, undefined, 'tiny');
  });

  beforeEach(async () => {
    trunk = await openTrunk(path, 1, 'int8');
    base = await policyOver(trunk, path, 'int8');
    tuned = await policyOver(trunk, path, 'int8', tiny.folder('lora-policy'));
    const adapter = tiny.folder('lora-reward');
    const session = await openSession(path, { format: 'int8', head: 'score', from: 1, adapter });
    reward = new CausalReward('judge', session, undefined, 'tiny', {}, trunk.retain());
  });

  afterEach(async () => {
    for (const model of [base, tuned, reward]) await model.dispose();
  });

  after(async () => {
    await merged.dispose();
    tiny.remove();
  });

  it('compute a text in the trunk once', async () => {
    const first = await base.open(prompt);
    const [rollout] = await first.rollOut([{ tokens: [7], length: 8 }], { reuse: true });
    assert.equal(first.trunkPositions, prompt.length + 8);
    const second = await tuned.open(prompt);
    await second.score([rollout!.tokens], { reuse: true });
    assert.equal(second.trunkPositions, 0);
    const opened = await reward.open({ text, tokens: prompt });
    await opened.score([{ text: '', tokens: rollout!.tokens, ended: false }]);
    assert.equal(opened.positions, prompt.length + 9);
    // The policy computed all but the rollout's last token.
    assert.equal(opened.trunkPositions, 1);
    for (const token of rollout!.tokens) {
      for (const sequence of [first, second]) await sequence.commit(token);
      await opened.commit!(token);
    }
    await first.next(3);
    await second.next(3);
    assert.equal(first.trunkPositions + second.trunkPositions, prompt.length + 8);
  });

  it('score as the merged model does, to the last bit', async () => {
    const sequence = await base.open(prompt);
    const starts = [7, 8, 9].map((token) => ({ tokens: [token], length: 5 }));
    const rollouts = await sequence.rollOut(starts, { reuse: true });
    const responses = rollouts.map(({ tokens, ended }) => ({ text: '', tokens, ended }));
    for (const incremental of [true, false]) {
      const over = await reward.open({ text, tokens: prompt }, { incremental });
      const one = await merged.open({ text, tokens: prompt }, { incremental });
      assert.deepEqual(await over.score(responses), await one.score(responses));
      assert.equal(over.positions, one.positions);
      over.close();
    }
  });

  it('write the same tokens as Algorithm 1 in full and as the merged models', async () => {
    const write = async (target: Reward, policies: DecoderPolicy[], exhaustive: boolean) => {
      const [reference, baseline] = policies;
      const { result } = await collect(
        generate({
          prompt: { text, tokens: prompt },
          options: { ...{ method: 'tq', k: 5, rollout: 6, maxTokens: 14 }, exhaustive },
          policies: { reference, baseline },
          rewards: { target: new Clamped(target, [-1, 1]) },
          decode: (ids) => ids.map((id) => `w${id}`).join(' '),
        }),
      );
      return result;
    };
    const options = { format: 'int8' } as const;
    const plain = new DecoderPolicy('plain', await openSession(path, options), ends, 'tiny');
    const session = await openSession(path, { ...options, adapter: tiny.folder('lora-policy') });
    const whole = new DecoderPolicy('whole', session, ends, 'tiny');
    const expected = await write(merged, [plain, whole], false);
    for (const exhaustive of [false, true]) {
      const found = await write(reward, [base, tuned], exhaustive);
      assert.deepEqual(found.ids, expected.ids);
      assert.equal(found.reward, expected.reward);
      // Lazy decoding bounds the KL: some candidates have no value.
      if (!exhaustive) assert.deepEqual(found.kl, expected.kl);
    }
    await plain.dispose();
    await whole.dispose();
  });

  it('continue separately after their texts part', async () => {
    const [first, second, opened] = [
      await base.open(prompt),
      await tuned.open(prompt),
      await reward.open({ text, tokens: prompt }),
    ];
    await first.rollOut([{ tokens: [11], length: 4 }], { reuse: true });
    await second.rollOut([{ tokens: [12], length: 4 }], { reuse: true });
    await first.commit(11);
    await second.commit(12);
    await opened.commit!(12);
    for (const token of [13, 14]) {
      await first.commit(token);
      await second.commit(token);
      await opened.commit!(token);
    }
    const fresh = await policyOver(await openTrunk(path, 1, 'int8'), path, 'int8');
    assert.deepEqual(
      await first.next(5),
      await (await fresh.open([...prompt, 11, 13, 14])).next(5),
    );
    const one = await merged.open({ text, tokens: prompt });
    const before = opened.trunkPositions!;
    await second.next(5);
    const response = { text: '', tokens: [12, 13, 14], ended: false };
    assert.deepEqual(await opened.score([response]), await one.score([response]));
    assert.equal(opened.trunkPositions, before);
    await fresh.dispose();
  });

  it('reuse the prefix of a closed text', async () => {
    const first = await base.open([...prompt, 20, 21]);
    first.close();
    const second = await tuned.open([...prompt, 30]);
    assert.equal(second.trunkPositions, 1);
    const fresh = await policyOver(
      await openTrunk(path, 1, 'int8'),
      path,
      'int8',
      tiny.folder('lora-policy'),
    );
    assert.deepEqual(await second.next(5), await (await fresh.open([...prompt, 30])).next(5));
    await fresh.dispose();
  });

  it('keep a bounded number of closed texts, and free branches that all have left', async () => {
    const sizes: number[] = [];
    for (let i = 0; i < 6; i++) {
      const tokens = [i + 1, ...prompt];
      const [first, second] = [await base.open(tokens), await tuned.open(tokens)];
      await first.rollOut([{ tokens: [1], length: 20 }], { reuse: true });
      await second.rollOut([{ tokens: [2], length: 20 }], { reuse: true });
      const before = trunk.cacheBytes;
      for (const token of [3, 4, 5]) {
        for (const sequence of [first, second]) await sequence.commit(token);
      }
      await first.next(1);
      assert.ok(trunk.cacheBytes < before);
      first.close();
      second.close();
      sizes.push(trunk.cacheBytes);
    }
    assert.equal(sizes[5], sizes[2]);
  });
});

describe('the shipped model and hh-harmless on its trunk', () => {
  it("score like the merged reward model, computing only upper layers for the policy's tokens", async () => {
    const adapter = join(import.meta.dirname, '../../models/hh-harmless');
    const trunk = await openTrunk(shippedModel, 22, 'int8');
    const policy = await policyOver(trunk, shippedModel, 'int8');
    const options = { format: 'int8', head: 'score', adapter } as const;
    const over = await openSession(shippedModel, { ...options, from: 22 });
    const reward = new CausalReward('over', over, undefined, 'shipped', {}, trunk.retain());
    const merged = new CausalReward('merged', await openSession(shippedModel, options), undefined);
    const tokens = Array.from({ length: 24 }, (_, i) => 300 + 17 * i);
    const sequence = await policy.open(tokens);
    const candidates = await sequence.next(4);
    const starts = candidates.map(({ token }) => ({ tokens: [token], length: 6 }));
    const rollouts = await sequence.rollOut(starts, { reuse: true });
    const responses = rollouts.map(({ tokens: own, ended }) => ({ text: '', tokens: own, ended }));
    const opened = await reward.open({ text, tokens });
    const scores = await opened.score(responses);
    assert.deepEqual(scores, await (await merged.open({ text, tokens })).score(responses));
    assert.equal(opened.trunkPositions, responses.filter(({ ended }) => !ended).length);
    for (const model of [policy, reward, merged]) await model.dispose();
  });
});
