import { z } from 'zod';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';

const positive = z.number().positive();

/** `rope_scaling` of config.json; `type` is the older name of `rope_type`. */
export const ropeScalingSchema = z
  .looseObject({
    rope_type: z.string().optional(),
    type: z.string().optional(),
    factor: positive.optional(),
    low_freq_factor: positive.optional(),
    high_freq_factor: positive.optional(),
    original_max_position_embeddings: positive.optional(),
  })
  .nullish();
export type RopeScaling = z.infer<typeof ropeScalingSchema>;

/** Inverse frequencies theta^(-2i/d), i in [0, d/2), scaled as the configuration says. */
export function inverseFrequencies(
  theta: number,
  dimensions: number,
  scaling: RopeScaling,
  model: string,
): number[] {
  const plain = Array.from({ length: dimensions / 2 }, (_, i) => theta ** ((-2 * i) / dimensions));
  const kind = scaling?.rope_type ?? scaling?.type ?? 'default';
  const factor = scaling?.factor ?? 1;
  if (kind === 'default') return plain;
  if (kind === 'linear') return plain.map((f) => f / factor);
  if (kind === 'llama3') return plain.map((f) => llama3Frequency(f, factor, scaling));
  throw new TqError(
    ErrorCode.badModel,
    `${model} uses rope scaling "${kind}", which is not supported; supported are default, linear and llama3.`,
  );
}

/** Llama 3.1's scaling: long waves are slowed by `factor`, short ones kept, those between blended. */
function llama3Frequency(frequency: number, factor: number, scaling: RopeScaling): number {
  const low = scaling?.low_freq_factor ?? 1;
  const high = scaling?.high_freq_factor ?? 4;
  const original = scaling?.original_max_position_embeddings ?? 8192;
  const waves = (original * frequency) / (2 * Math.PI);
  if (waves < low) return frequency / factor;
  if (waves > high) return frequency;
  const smooth = (waves - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}
