import assert from 'node:assert/strict';
import { join } from 'node:path';
import { collect, generate } from '../../src/engine/decoding/generate.ts';
import type { Reward } from '../../src/engine/decoding/reward.ts';
import { createReward } from '../../src/engine/reward/create-reward.ts';
import { openShipped } from './compiled.ts';
import { prompts } from './shipped-prompts.ts';

const modelsFolder = join(import.meta.dirname, '../../models');

/** Every prompt in every setting takes an hour: asked for with TQSTAR_EXACTNESS=full. */
const everything = process.env['TQSTAR_EXACTNESS'] === 'full';
const tokens = 48;

interface Setting {
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
    [0, 1].map((temperature) => ({ reward, rangeOverAlpha, temperature })),
  ),
);

describe('on the shipped model, lazy decoding writes the tokens of Algorithm 1 in full', () => {
  let shipped: Awaited<ReturnType<typeof openShipped>>;
  const rewards = new Map<string, Reward>();

  before(async () => {
    shipped = await openShipped();
    for (const { reward } of settings) {
      rewards.set(reward, await createReward(reward, { modelsFolder }));
    }
  });

  after(() => shipped.policy.dispose());

  async function write(setting: Setting, prompt: string, exhaustive: boolean) {
    const { policy, tokenizer } = shipped;
    const target = rewards.get(setting.reward)!;
    const [low, high] = target.range!;
    const { result } = await collect(
      generate({
        prompt: { text: prompt, tokens: shipped.prompt(prompt) },
        options: {
          method: 'tq',
          alpha: (high - low) / setting.rangeOverAlpha,
          temperature: setting.temperature,
          seed: 7,
          maxTokens: tokens,
          exhaustive,
        },
        policies: { reference: policy, baseline: policy },
        rewards: { target },
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
        const lazy = await write(setting, prompt, false);
        const full = await write(setting, prompt, true);
        assert.deepEqual(lazy.ids, full.ids, prompt);
        assert.equal(lazy.reward, full.reward);
        assert.ok(lazy.stats.policyPositions < full.stats.policyPositions / 4);
        assert.ok(full.stats.policyPositions <= lazy.stats.exhaustivePositions);
      }
    });
  });
});
