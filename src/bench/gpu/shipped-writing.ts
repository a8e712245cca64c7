import { DecoderPolicy, createReward } from '../../engine/exports/bench.ts';
import { rewardKinds } from '../cases.ts';
import prose from '../prose.md';
import { encodeInstruction, prepareShipped, type ShippedModel } from '../shipped-model.ts';
import { BenchPrompts } from '../texts.ts';
import { collect, generate } from '../../decoding/generate.ts';
import type { TokenEvent } from '../../decoding/result.ts';
import type { DeviceName } from '../../protocol/options.ts';
import { openOnDevice, targetsOf, type GpuModel } from './device-session.ts';
import type { PartContext } from './part-context.ts';

/** Tokens of the prompts with the chat template; at most three fewer. */
const promptLength = 64;

/** R/alpha of the compared texts. */
const ratio = 4;

/** The shipped model or its first layers, compiled for GPUs or from the cache. */
export async function shippedForGpus(
  {
    device,
    locations,
    format,
    size: { layers },
  }: Pick<PartContext, 'device' | 'locations' | 'format' | 'size'>,
  target = targetsOf(device)[0]!,
): Promise<ShippedModel & GpuModel> {
  return { ...(await prepareShipped(locations, format, { target, layers })), target };
}

/** The benchmark's prompts: their texts, and their tokens in the model's chat template. */
export function shippedPrompts(
  { tokenizer }: ShippedModel,
  count: number,
): { text: string; tokens: number[] }[] {
  const prompts = new BenchPrompts(tokenizer, prose);
  return Array.from({ length: count }, (_, index) => {
    const text = prompts.text({ index, length: promptLength });
    return { text, tokens: encodeInstruction(tokenizer, text) };
  });
}

/** Writes texts with the shipped model in this process. */
export class ShippedWriter {
  private constructor(
    private readonly model: ShippedModel & GpuModel,
    private readonly policy: DecoderPolicy,
    private readonly context: Pick<PartContext, 'size' | 'locations'>,
  ) {}

  static async open(
    model: ShippedModel & GpuModel,
    device: DeviceName,
    context: Pick<PartContext, 'size' | 'locations'>,
  ): Promise<ShippedWriter> {
    const session = await openOnDevice(model, device);
    const { endTokens } = model.tokenizer;
    return new ShippedWriter(model, new DecoderPolicy('shipped', session, endTokens, ''), context);
  }

  /** The tokens of a greedy text after the first prompt, plain or towards a text reward. */
  async write(method: 'plain' | 'tq'): Promise<readonly TokenEvent[]> {
    const { size, locations } = this.context;
    const { tokenizer } = this.model;
    const { reward, width } = rewardKinds.text;
    const target = await createReward(reward, { modelsFolder: locations.models });
    const lengths = { k: size.k, rollout: size.rollout, maxTokens: size.tokens };
    const { events } = await collect(
      generate({
        prompt: shippedPrompts(this.model, 1)[0]!,
        options:
          method === 'tq'
            ? { ...lengths, method: 'tq', alpha: width / ratio }
            : { method: 'sft', maxTokens: size.tokens },
        policies: { reference: this.policy, baseline: this.policy },
        rewards: { target },
        decode: (ids) => tokenizer.decode(ids, { skipSpecial: true }),
      }),
    );
    return events;
  }

  close(): Promise<void> {
    return this.policy.dispose();
  }
}
