import assert from 'node:assert/strict';
import { join } from 'node:path';
import { algorithm1 } from '../../src/decoding/algorithm1.ts';
import { collect, generate } from '../../src/decoding/generate.ts';
import type { Reward } from '../../src/decoding/reward.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import { DecoderPolicy } from '../../src/engine/policy/decoder-policy.ts';
import { openSession, openShipped, shippedModel } from './compiled.ts';
import { prompts } from './shipped-prompts.ts';

const modelsFolder = join(import.meta.dirname, '../../models');

/** TQSTAR_EXACTNESS=full runs every prompt in every setting, which takes an hour. */
const everything = process.env['TQSTAR_EXACTNESS'] === 'full';
const tokens = 48;

type Method = 'tq' | 'tq-indirect';

interface Setting {
  readonly method: Method;
  readonly reward: string;
  readonly rangeOverAlpha: number;
  readonly temperature: number;
}

const settings: readonly Setting[] = [
  'positive-tone',
  'readability',
  'concision*0.5+formality*0.5',
].flatMap((reward) =>
  [1, 4].flatMap((rangeOverAlpha) =>
    [0, 1].map((temperature) => ({
      method: 'tq' as Method,
      reward,
      rangeOverAlpha,
      temperature,
    })),
  ),
);

interface IndirectSetting extends Setting {
  readonly baselineReward?: string;
  /** The reading of (17). */
  readonly indirectReference: 'derived' | 'baseline';
}

/**
 * n = 4 sampled rollouts of H = 5, with a given r_BL or the implicit one of an adapted model. The
 * mean weight of the derived reading has wide bounds, or none: it saves prefixes, not rollouts.
 */
const indirectSettings = (['derived', 'baseline'] as const).flatMap(
  (indirectReference): IndirectSetting[] => {
    const common = { method: 'tq-indirect', reward: 'positive-tone', indirectReference } as const;
    return [
      { ...common, rangeOverAlpha: 4, temperature: 0, baselineReward: 'readability' },
      { ...common, rangeOverAlpha: 2, temperature: 1 },
    ];
  },
);

describe('on the shipped model, lazy decoding writes the tokens of Algorithm 1 in full', () => {
  let shipped: Awaited<ReturnType<typeof openShipped>>;
  let adapted: DecoderPolicy;
  const rewards = new Map<string, Reward>();

  before(async () => {
    shipped = await openShipped();
    const adapter = join(modelsFolder, 'hh-sparse-a');
    const session = await openSession(shippedModel, { format: 'int8', adapter });
    adapted = new DecoderPolicy('adapted', session, shipped.policy.endTokens, 'shipped');
    for (const { reward } of settings) {
      rewards.set(reward, await createReward(reward, { modelsFolder }));
    }
  });

  after(async () => {
    await shipped.policy.dispose();
    await adapted.dispose();
  });

  async function write(
    setting: Setting & Partial<IndirectSetting>,
    prompt: string,
    maxTokens: number,
    exhaustive: boolean,
  ) {
    const { policy, tokenizer } = shipped;
    const target = rewards.get(setting.reward)!;
    const baseline = rewards.get(setting.baselineReward ?? '');
    const [low, high] = target.range!;
    const { result } = await collect(
      generate({
        prompt: { text: prompt, tokens: shipped.prompt(prompt) },
        options: {
          method: setting.method,
          alpha: (high - low) / setting.rangeOverAlpha,
          temperature: setting.temperature,
          seed: 7,
          maxTokens,
          exhaustive,
          ...(setting.indirectReference && { indirectReference: setting.indirectReference }),
        },
        policies: { reference: policy, baseline: setting.method === 'tq' ? policy : adapted },
        rewards: { target, baseline },
        decode: (ids) => tokenizer.decode(ids, { skipSpecial: true }),
      }),
    );
    return result;
  }

  settings.forEach((setting, index) => {
    const { reward, rangeOverAlpha, temperature } = setting;
    const how = temperature === 0 ? 'greedy' : 'sampled';
    const own = everything ? prompts : [prompts[index]!];
    it(`${reward}, R/alpha ${rangeOverAlpha}, ${how}: ${own.length} prompt(s) of ${tokens} tokens`, async () => {
      for (const prompt of own) {
        const lazy = await write(setting, prompt, tokens, false);
        const full = await write(setting, prompt, tokens, true);
        assert.deepEqual(lazy.ids, full.ids, prompt);
        assert.equal(lazy.reward, full.reward);
        assert.ok(lazy.stats.policyPositions < full.stats.policyPositions / 4);
        assert.ok(full.stats.policyPositions <= lazy.stats.exhaustivePositions);
      }
    });
  });

  indirectSettings.forEach((setting, index) => {
    const how = setting.baselineReward === undefined ? 'implicit' : 'given';
    const { indirectReference } = setting;
    it(`tq-indirect, ${indirectReference} reference, 4 sampled rollouts a candidate, baseline reward ${how}: 16 tokens`, async () => {
      const prompt = prompts[index % 2]!;
      const lazy = await write(setting, prompt, 16, false);
      const full = await write(setting, prompt, 16, true);
      assert.deepEqual(lazy.ids, full.ids);
      assert.equal(lazy.reward, full.reward);
      const least = indirectReference === 'derived' ? 1 : 4;
      assert.ok(lazy.stats.policyPositions < full.stats.policyPositions / least);
    });
  });

  for (const temperature of [0, 1]) {
    for (const transfer of ['direct', 'indirect'] as const) {
      const how = temperature === 0 ? 'greedy' : 'sampled';
      it(`writes the tokens of algorithm1.ts, which has no caches: ${transfer}, ${how}`, async () => {
        const { policy, tokenizer } = shipped;
        const direct = transfer === 'direct';
        const baseline = direct ? policy : adapted;
        const target = rewards.get('positive-tone')!;
        const sizes = { k: 4, rollout: 6, rollouts: direct ? 1 : 2, maxTokens: 5 };
        const rolloutLaw = 'independent';
        const options = {
          ...sizes,
          rolloutLaw,
          alpha: 0.25,
          beta: 0.2,
          temperature,
          seed: 7,
        } as const;
        const prompt = { text: prompts[2]!, tokens: shipped.prompt(prompts[2]!) };
        const decode = (ids: readonly number[]) => tokenizer.decode(ids, { skipSpecial: true });
        const { result } = await collect(
          generate({
            ...{ prompt, decode, rewards: { target } },
            options: { method: direct ? 'tq' : 'tq-indirect', ...options },
            policies: { reference: policy, baseline },
          }),
        );
        const written: number[] = [];
        for await (const z of algorithm1({
          ...{ prompt, policy: baseline, reward: target, ...options },
          decode: (ids) => decode(ids).replace(/\uFFFD+$/u, ''),
          ...(direct
            ? {}
            : { indirect: { beta: options.beta, from: policy, reference: 'derived' } }),
        })) {
          written.push(z);
        }
        assert.deepEqual(result.ids, written);
      });
    }
  }
});
