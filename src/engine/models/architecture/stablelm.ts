import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { hubConfigSchema, partialRopeOf, ropeScalingOf } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { refuse, uniformLayers, type ShapeParts } from './shape.ts';

/** transformers' default of the share of rotated dimensions. */
const defaultFraction = 0.25;

const configSchema = hubConfigSchema.omit({ rms_norm_eps: true }).extend({
  layer_norm_eps: z.number().positive().default(1e-5),
  partial_rotary_factor: z.number().positive().max(1).nullish(),
  use_qkv_bias: z.boolean().nullish(),
  qk_layernorm: z.boolean().nullish(),
  use_parallel_residual: z.boolean().nullish(),
});

function refuseLarge(model: string): never {
  return refuse(
    model,
    'it is a StableLM with norms of queries and keys or parallel layers (12B); only the others are supported',
  );
}

/** How StableLM differs from Llama. */
const ownParts = { norm: 'layer' } satisfies Partial<ShapeParts>;

/** StableLM (3B, 2-1.6B, Zephyr 3B): Llama with LayerNorm and partly rotated heads. */
export const stableLm: Architecture = llamaLike({
  family: 'stablelm',
  schema: configSchema.transform((config) => ({ ...config, rms_norm_eps: config.layer_norm_eps })),
  hub(config, model) {
    if (config.qk_layernorm || config.use_parallel_residual) refuseLarge(model);
    const fraction =
      ropeScalingOf(config)?.partial_rotary_factor ??
      config.partial_rotary_factor ??
      defaultFraction;
    return {
      ...ownParts,
      layerKinds: uniformLayers(
        config.num_hidden_layers,
        partialRopeOf(config, fraction, model),
        undefined,
        model,
      ),
      biases: { qkv: config.use_qkv_bias ?? false, output: false, mlp: false },
    };
  },
  gguf(gguf, has) {
    if (has('blk.0.attn_q_norm.weight') || !has('blk.0.ffn_norm.weight')) refuseLarge(gguf.model);
    return {
      ...ownParts,
      normEpsilon: gguf.number('attention.layer_norm_epsilon'),
      biases: ggufBiases(has),
    };
  },
});
