import { createReward } from '../../reward/create-reward.ts';
import { DecoderPolicy } from '../../policy/decoder-policy.ts';
import { decodingVariants, write, type DecodingId } from './decoding-variants.ts';
import { benchPrompts } from './prompts.ts';
import { benchLocations, openGraph, prepareShipped } from './shipped-model.ts';

/** What is measured in a process of its own, since memory belongs to a process as a whole. */
export type ChildTask =
  | { readonly type: 'compile' }
  | { readonly type: 'decode'; readonly variant: DecodingId; readonly maxTokens: number };

/** Bytes; cache: keys and values of the open text and of kept ones. */
export interface ChildReport {
  readonly ms: number;
  readonly peakResident: number;
  /** Largest after a token; 0 where nothing is written. */
  readonly decodingResident: number;
  readonly heap: number;
  readonly cache: number;
}

/** Compiles to int8 or writes one text, in the folders the environment names. */
export async function runChildTask(
  task: ChildTask,
  environment: NodeJS.ProcessEnv,
): Promise<ChildReport> {
  const start = performance.now();
  const largest = { decodingResident: 0, heap: 0, cache: 0 };
  const locations = benchLocations(environment);
  const model = await prepareShipped(locations, 'int8');
  if (task.type === 'decode') {
    const session = await openGraph(model);
    const { tokenizer } = model;
    const policy = new DecoderPolicy('shipped', session, tokenizer.endTokens, 'shipped');
    const reward = await createReward('positive-tone', { modelsFolder: locations.models });
    const setting = { policy, tokenizer, reward, maxTokens: task.maxTokens };
    const variant = decodingVariants.find(({ id }) => id === task.variant)!;
    await write(setting, variant, benchPrompts[0]!, () => {
      const { rss, heapUsed } = process.memoryUsage();
      largest.decodingResident = Math.max(largest.decodingResident, rss);
      largest.heap = Math.max(largest.heap, heapUsed);
      largest.cache = Math.max(largest.cache, policy.cacheBytes);
    });
    await policy.dispose();
  }
  const peakResident = process.resourceUsage().maxRSS * 1024;
  return { ms: performance.now() - start, peakResident, ...largest };
}
