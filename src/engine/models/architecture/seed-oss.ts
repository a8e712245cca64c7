import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { hubConfigSchema, ropeOf } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { uniformLayers } from './shape.ts';

const configSchema = hubConfigSchema.extend({
  head_dim: z.number().int().positive().nullable().default(128),
  attention_bias: z.boolean().default(true),
  attention_out_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});

/** Seed-OSS: Llama with its own choice of biases. */
export const seedOss: Architecture = llamaLike({
  family: 'seed_oss',
  schema: configSchema,
  hub: (config, model) => ({
    layerKinds: uniformLayers(config.num_hidden_layers, ropeOf(config, model), undefined, model),
    biases: {
      qkv: config.attention_bias,
      output: config.attention_out_bias,
      mlp: config.mlp_bias,
    },
  }),
  gguf: (_gguf, has) => ({ biases: ggufBiases(has) }),
  ggufModules: { post_attention_layernorm: 'post_attention_norm' },
});
