import { DecoderPolicy } from '../engine/exports/bench.ts';
import { collect, generate } from '../decoding/generate.ts';
import { timeBareGraph } from './bare-graph.ts';
import { encodeInstruction, openGraph, type ShippedModel } from './shipped-model.ts';
import { pairedRatios, spreadOf, type Spread } from './statistics.ts';
import type { BenchPrompts } from './texts.ts';

const topCount = 10;

/** Cost of plain decoding over the runs of its graph. */
export interface Overhead {
  readonly bareMsPerToken: Spread;
  readonly plainMsPerToken: Spread;
  /** Plain decoding over the bare graph, for each pair of measurements. */
  readonly ratio: Spread;
}

export interface OverheadOptions {
  readonly prompts: BenchPrompts;
  /** How many of them. */
  readonly count: number;
  readonly maxTokens: number;
}

/** Measures plain decoding in this process, between two loops of the same graph. */
export async function measureOverhead(
  model: ShippedModel,
  { prompts, count, maxTokens }: OverheadOptions,
): Promise<Overhead> {
  const session = await openGraph(model);
  const { tokenizer } = model;
  const policy = new DecoderPolicy('shipped', session, tokenizer.endTokens, 'shipped');
  const bareMs: number[] = [];
  const plainMs: number[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const text = prompts.text({ index, length: 64 });
      const tokens = encodeInstruction(tokenizer, text);
      // The policy caches the prompt, so reading it is not counted.
      (await policy.open(tokens)).close();
      const bare = () =>
        timeBareGraph(session, { promptTokens: tokens.length, newTokens: maxTokens, topCount });
      const before = await bare();
      const { result } = await collect(
        generate({
          prompt: { text, tokens },
          options: { method: 'sft', k: topCount, maxTokens },
          policies: { reference: policy },
          decode: (ids) => tokenizer.decode(ids, { skipSpecial: true }),
        }),
      );
      // Before and after plain decoding, so a drift of the machine's speed cancels.
      bareMs.push((before + (await bare())) / (2 * maxTokens));
      plainMs.push(result.stats.wallMs / result.stats.steps);
    }
  } finally {
    await policy.dispose();
  }
  return {
    bareMsPerToken: spreadOf(bareMs),
    plainMsPerToken: spreadOf(plainMs),
    ratio: pairedRatios(plainMs, bareMs),
  };
}
