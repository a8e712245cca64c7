import { rewardKinds, transferOptions } from '../../cases.ts';
import { BenchEngine } from '../../engine-runs.ts';
import { mean } from '../../../evaluation/metrics/interval.ts';
import type { GenerationOptionsInput } from '../../../protocol/options.ts';
import type { Finding } from '../lines.ts';
import type { Part, PartContext } from '../part-context.ts';
import { shippedForGpus, shippedPrompts } from '../shipped-writing.ts';

interface Writing {
  readonly about: Finding;
  readonly options: GenerationOptionsInput;
}

/** Times plain decoding, and TQ* towards each reward with each strength. */
function writings({ rewards, ratios, k, rollout }: PartContext['size']): Writing[] {
  const plain: Writing = { about: { method: 'plain' }, options: { method: 'sft' } };
  const aligned = rewards.flatMap((kind) =>
    ratios.map((ratio): Writing => {
      const options = { ...transferOptions(kind, ratio), k, rollout };
      const { reward } = rewardKinds[kind];
      const { alpha } = options;
      return { about: { method: 'tq', reward, ratio, k, rollout, alpha }, options };
    }),
  );
  return [plain, ...aligned];
}

/** Milliseconds per token of an ordinary engine process. */
export const speedPart: Part = async (context) => {
  const { device, format, size, locations, programs, tell } = context;
  const prompts = shippedPrompts(await shippedForGpus(context), size.prompts);
  const engine = BenchEngine.start(programs.engine, locations);
  try {
    let plain: number | undefined;
    for (const { about, options } of writings(size)) {
      const times: number[] = [];
      for (const { text } of prompts) {
        const asked = { ...options, device, format };
        // Not timed: loading, the driver's compilation, and the prompt.
        await engine.write(text, { ...asked, maxTokens: 1 + size.warmUps });
        const run = await engine.write(text, { ...asked, maxTokens: size.timedTokens });
        times.push(run.msPerToken);
      }
      const ms = mean(times);
      plain ??= ms;
      const promptTokens = prompts.map(({ tokens }) => tokens.length);
      tell({ format, ...about, tokens: size.timedTokens, promptTokens, ms, overPlain: ms / plain });
    }
  } finally {
    await engine.stop();
  }
};
