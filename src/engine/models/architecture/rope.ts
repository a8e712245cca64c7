import { z } from 'zod';
import { badModel, quoted } from '../malformed.ts';
import type { Rope } from './architecture.ts';

const positive = z.number().positive();

const scalingSchema = z.looseObject({
  rope_type: z.string().optional(),
  /** The older name of `rope_type`. */
  type: z.string().optional(),
  rope_theta: positive.optional(),
  partial_rotary_factor: z.number().positive().max(1).optional(),
  factor: positive.nullish(),
  low_freq_factor: positive.optional(),
  high_freq_factor: positive.optional(),
  original_max_position_embeddings: positive.optional(),
  attention_factor: positive.nullish(),
  beta_fast: positive.nullish(),
  beta_slow: positive.nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().optional(),
  /** Hunyuan's stretching of the base. */
  alpha: positive.nullish(),
  short_factor: z.array(positive).optional(),
  long_factor: z.array(positive).optional(),
});

/**
 * `rope_scaling` in config.json, or `rope_parameters`, which may have an entry for each layer type.
 */
export const ropeScalingSchema = scalingSchema
  .extend({
    full_attention: scalingSchema.nullish(),
    sliding_attention: scalingSchema.nullish(),
  })
  .nullish();
export type RopeScaling = z.infer<typeof scalingSchema>;

const supported = 'default, linear, dynamic, llama3, longrope and yarn';

/** Settings of a rotary embedding. */
export interface RopeSettings {
  readonly theta: number;
  /** Number of rotated dimensions of a head. */
  readonly dimensions: number;
  readonly scaling?: RopeScaling | null | undefined;
  /** The model's `max_position_embeddings`. */
  readonly positions: number;
}

/** Inverse frequencies theta^(-2i/d), i in [0, d/2), scaled as the configuration says. */
export function rotaryEmbedding(
  { theta, dimensions, scaling, positions }: RopeSettings,
  model: string,
): Rope {
  const plain = Array.from({ length: dimensions / 2 }, (_, i) => theta ** ((-2 * i) / dimensions));
  const kind = scaling?.rope_type ?? scaling?.type ?? 'default';
  const factor = scaling?.factor ?? 1;
  const original = scaling?.original_max_position_embeddings ?? positions;
  switch (kind) {
    case 'default':
    case 'dynamic':
      // Dynamic frequencies change only beyond max_position_embeddings, which no text exceeds.
      return { inverseFrequencies: plain, amplitude: 1 };
    case 'linear':
      return { inverseFrequencies: plain.map((f) => f / factor), amplitude: 1 };
    case 'llama3':
      return {
        inverseFrequencies: plain.map((f) => llama3Frequency(f, factor, original, scaling!)),
        amplitude: 1,
      };
    case 'longrope':
      return longRope(plain, original, positions, scaling!, model);
    case 'yarn':
      return yarn(plain, theta, original, positions, scaling!);
    default:
      throw badModel(
        `${model} uses rope scaling ${quoted(kind)}, which is not supported; supported are ${supported}.`,
      );
  }
}

/**
 * Llama 3.1's scaling: divides low frequencies by `factor`, keeps high ones, blends between them.
 */
function llama3Frequency(
  frequency: number,
  factor: number,
  original: number,
  scaling: RopeScaling,
): number {
  const low = scaling.low_freq_factor ?? 1;
  const high = scaling.high_freq_factor ?? 4;
  const waves = (original * frequency) / (2 * Math.PI);
  if (waves < low) return frequency / factor;
  if (waves > high) return frequency;
  const smooth = (waves - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/**
 * YaRN (Peng et al. 2023): divides by `factor` the frequencies of dimensions that turn less than
 * `beta_slow` times in the original context, keeps those that turn more than `beta_fast` times, and
 * blends linearly between them.
 */
function yarn(
  plain: readonly number[],
  theta: number,
  original: number,
  positions: number,
  scaling: RopeScaling,
): Rope {
  const dimensions = 2 * plain.length;
  const factor = scaling.factor ?? positions / original;
  const turns = (count: number): number =>
    (dimensions * Math.log(original / (count * 2 * Math.PI))) / (2 * Math.log(theta));
  const whole = scaling.truncate ?? true;
  const first = turns(scaling.beta_fast ?? 32);
  const last = turns(scaling.beta_slow ?? 1);
  const low = Math.max(whole ? Math.floor(first) : first, 0);
  const high = Math.min(whole ? Math.ceil(last) : last, dimensions - 1);
  const span = low === high ? 0.001 : high - low;
  const inverseFrequencies = plain.map((frequency, i) => {
    const slowed = Math.min(Math.max((i - low) / span, 0), 1);
    return (slowed * frequency) / factor + (1 - slowed) * frequency;
  });
  return {
    inverseFrequencies,
    amplitude: scaling.attention_factor ?? yarnAmplitude(factor, scaling),
  };
}

/**
 * LongRoPE (Ding et al. 2024): divides each frequency by its own factor, of which there are two
 * sets. transformers uses `short_factor` for texts of up to `original_max_position_embeddings`
 * tokens, and computes a longer text again with `long_factor`. A text that grows token by token
 * cannot change its sets, so where they differ it ends there.
 */
function longRope(
  plain: readonly number[],
  original: number,
  positions: number,
  { short_factor: short, long_factor: long, ...scaling }: RopeScaling,
  model: string,
): Rope {
  for (const [name, factors] of Object.entries({ short_factor: short, long_factor: long })) {
    if (factors?.length === plain.length) continue;
    throw badModel(
      `${model} cannot be used: its ${name} has ${factors?.length ?? 0} numbers; it must have ${plain.length}, one for each frequency.`,
    );
  }
  const factor = scaling.factor ?? positions / original;
  const stretched = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
  return {
    inverseFrequencies: plain.map((frequency, i) => frequency / short![i]!),
    amplitude: scaling.attention_factor ?? stretched,
    longest: short!.join() === long!.join() ? undefined : original,
  };
}

/** The factor of cosine and sine for a scaling factor. */
export function yarnAmplitude(
  factor: number,
  { mscale, mscale_all_dim: allDim }: RopeScaling,
): number {
  const amplitude = (scale: number): number =>
    factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  return mscale && allDim ? amplitude(mscale) / amplitude(allDim) : amplitude(1);
}
