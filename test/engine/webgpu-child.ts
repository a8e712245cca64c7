import { join } from 'node:path';
import { collect, generate } from '../../src/decoding/generate.ts';
import { createReward } from '../../src/engine/reward/catalogue/create-reward.ts';
import type { DeviceName } from '../../src/protocol/options.ts';
import { policyOf, write } from './branching-text.ts';
import { fixtures, openSession, openShipped } from './compiled.ts';

/**
 * Writes a text on a device with the graph for GPUs and prints the result as JSON. A separate
 * process, so that a driver that crashes does not end the tests.
 */
const [what, device, format] = process.argv.slice(2) as [
  'tiny' | 'two' | 'shipped',
  DeviceName,
  'fp32' | 'q8' | 'q4',
];
const result = await { tiny, two, shipped }[what]();
process.stdout.write(`${JSON.stringify(result)}\n`);

async function tiny() {
  const session = await openSession(join(fixtures, 'llama-grouped'), {
    format,
    target: 'webgpu',
    device,
  });
  const policy = policyOf(session);
  const text = await write(policy, 3);
  const { traffic } = session;
  await policy.dispose();
  return { text, traffic };
}

/** Two models that run alternately, like a policy and a reward model. */
async function two() {
  const names = ['llama-grouped', 'qwen3-head-dim'];
  const policies = await Promise.all(
    names.map(async (name) =>
      policyOf(await openSession(join(fixtures, name), { format, target: 'webgpu', device })),
    ),
  );
  const texts = await Promise.all(policies.map((policy) => write(policy, 2)));
  for (const policy of policies) await policy.dispose();
  return { texts };
}

/** 20 tokens of tq, greedy, on the shipped model. */
async function shipped() {
  const { policy, session, tokenizer } = await openShipped(format, { target: 'webgpu', device });
  const modelsFolder = join(import.meta.dirname, '../../models');
  const target = await createReward('positive-tone', { modelsFolder });
  // No chat template and few branches: a software driver needs seconds for each run.
  const text = 'Dear Ann, thank you for';
  const tokens = tokenizer.encode(text, { specialTokens: false });
  const { result } = await collect(
    generate({
      prompt: { text, tokens },
      options: { method: 'tq', k: 3, rollout: 2, alpha: 0.25, maxTokens: 20 },
      policies: { reference: policy, baseline: policy },
      rewards: { target },
      decode: (ids) => tokenizer.decode(ids, { skipSpecial: true }),
    }),
  );
  const { traffic } = session;
  await policy.dispose();
  return { ids: result.ids, stats: result.stats, traffic };
}
