import assert from 'node:assert/strict';
import { join } from 'node:path';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { DecodingOptionsInput } from '../../src/decoding/options.ts';
import type { Reward } from '../../src/decoding/reward.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { CausalReward } from '../../src/engine/reward/model/causal-reward.ts';
import { Clamped } from '../../src/engine/reward/clamped.ts';
import { withFiniteScores } from '../../src/engine/reward/finite-scores.ts';
import { fixtures, openSession } from './compiled.ts';

const base = join(fixtures, 'llama-grouped');
const adapter = join(fixtures, 'lora-reward');
const prompts = [40, 44, 51].map((length, seed) =>
  Array.from({ length }, (_, i) => 3 + ((31 * i * (seed + 1) + 7 * seed) % 90)),
);

for (const format of ['fp32', 'int8'] as const) {
  describe(`decoding towards a causal reward model, both as ${format}`, () => {
    let policy: DecoderPolicy;
    let reward: CausalReward;
    let raw: Reward;

    before(async () => {
      policy = new DecoderPolicy('tiny', await openSession(base, { format }), new Set([2]), 'tiny');
      const session = await openSession(base, { format, adapter, head: 'score' });
      reward = new CausalReward('lora-reward', session, undefined, 'tiny');
      raw = withFiniteScores(reward);
    });

    after(async () => {
      await policy.dispose();
      await reward.dispose();
    });

    async function write(
      target: Reward,
      tokens: readonly number[],
      options: Partial<DecodingOptionsInput>,
    ) {
      const { result } = await collect(
        generate({
          prompt: { text: 'prompt', tokens },
          options: { method: 'tq', k: 6, rollout: 8, maxTokens: 24, ...options },
          policies: { reference: policy, baseline: policy },
          rewards: { target },
          decode: (ids) => ids.map((id) => `w${id}`).join(' '),
        }),
      );
      return result;
    }

    /** Lazy and exhaustive decoding of every prompt, greedy and sampled, must write the same. */
    async function compare(target: Reward, options: Partial<DecodingOptionsInput>) {
      const pairs = [];
      for (const tokens of prompts) {
        for (const temperature of [0, 1]) {
          const setting = { ...options, temperature, seed: tokens.length };
          const lazy = await write(target, tokens, setting);
          const full = await write(target, tokens, { ...setting, exhaustive: true });
          assert.deepEqual(lazy.ids, full.ids);
          assert.equal(lazy.reward, full.reward);
          assert.equal(lazy.stop, full.stop);
          pairs.push({ lazy: lazy.stats, full: full.stats });
        }
      }
      return pairs;
    }

    it('without a range values every candidate, but reads no position twice', async () => {
      for (const { lazy, full } of await compare(raw, { alpha: 1 })) {
        assert.equal(lazy.boundsUsed, false);
        assert.equal(lazy.candidatesEvaluated, full.candidatesEvaluated);
        assert.equal(lazy.skippedSteps, 0);
        assert.ok(lazy.rewardPositions > 0);
        assert.equal(lazy.exhaustiveRewardPositions, full.rewardPositions);
        assert.ok(
          lazy.rewardPositions <= 0.6 * full.rewardPositions,
          `${lazy.rewardPositions} of ${full.rewardPositions}`,
        );
      }
    });

    it('clamped to a range leaves candidates out as well', async () => {
      const clamped = new Clamped(raw, [-1, 1]);
      for (const { lazy, full } of await compare(clamped, { alpha: 1 })) {
        assert.equal(lazy.boundsUsed, true);
        assert.ok(lazy.candidatesEvaluated < full.candidatesEvaluated);
        // Rollouts that were left out count in full, for they might not have ended.
        assert.ok(lazy.exhaustiveRewardPositions >= full.rewardPositions);
        assert.ok(lazy.exhaustiveRewardPositions <= 1.1 * full.rewardPositions);
        assert.ok(
          4 * lazy.rewardPositions <= full.rewardPositions,
          `${lazy.rewardPositions} of ${full.rewardPositions}`,
        );
      }
    });

    it('reads a prompt once for all texts that begin with it', async () => {
      const tokens = Array.from({ length: 40 }, (_, index) => (7 * index) % 90);
      const response = { tokens: [5, 6, 7], text: 'w5 w6 w7', ended: false };
      const read = async (incremental: boolean) => {
        const session = await raw.open({ text: 'prompt', tokens }, { incremental });
        const [score] = await session.score([response]);
        const { positions } = session;
        session.close();
        return { score, positions };
      };
      const first = await read(true);
      const again = await read(true);
      const alone = await read(false);

      assert.equal(first.positions, 43);
      // The prompt's last token is read again, and what follows it.
      assert.equal(again.positions, 4);
      assert.equal(alone.positions, 43);
      for (const { score } of [again, alone]) assert.ok(Math.abs(score! - first.score!) < 1e-5);
    });

    it('as target and baseline reward of tq-indirect, with sampled rollouts', async () => {
      const target = new Clamped(raw, [-1, 1]);
      const options: Partial<DecodingOptionsInput> = {
        method: 'tq-indirect',
        rollout: 4,
        rollouts: 3,
        maxTokens: 12,
        seed: 3,
      };
      const request = (exhaustive: boolean) =>
        collect(
          generate({
            prompt: { text: 'prompt', tokens: prompts[0]! },
            options: { method: 'tq-indirect', k: 4, ...options, exhaustive },
            policies: { reference: policy, baseline: policy },
            rewards: { target, baseline: raw },
            decode: (ids) => ids.map((id) => `w${id}`).join(' '),
          }),
        );
      const [lazy, full] = [(await request(false)).result, (await request(true)).result];
      assert.deepEqual(lazy.ids, full.ids);
      assert.ok(lazy.stats.rewardPositions < full.stats.rewardPositions);
      assert.ok(lazy.stats.exhaustiveRewardPositions >= full.stats.rewardPositions);
    });
  });
}
