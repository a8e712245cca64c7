import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { hubConfigSchema, ropeOf, type HubConfig } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { uniformLayers, type ShapeParts } from './shape.ts';
import { interleavedQueryKey, reorderRows } from './weight-rows.ts';

/** Llama whose rotary embedding turns neighbouring dimensions together. */
function neighbouring<Config extends HubConfig>(
  family: string,
  schema: z.ZodType<Config>,
  defaultTheta: number,
  own: (config: Config) => Partial<ShapeParts>,
): Architecture {
  return {
    ...llamaLike({
      family,
      schema,
      hub(config, model) {
        const rope = ropeOf(config, model, defaultTheta);
        const layerKinds = uniformLayers(config.num_hidden_layers, rope, undefined, model);
        return { layerKinds, ...own(config) };
      },
      gguf: (_gguf, has) => ({ biases: ggufBiases(has) }),
    }),
    split: (weights, shape) => reorderRows(weights, (name) => interleavedQueryKey(name, shape)),
  };
}

const ernieSchema = hubConfigSchema.extend({
  head_dim: z.number().int().positive().nullable().default(128),
  use_bias: z.boolean().nullish(),
});

/** ERNIE 4.5, not its mixtures of experts. */
export const ernie = neighbouring('ernie4_5', ernieSchema, 500_000, (config) => ({
  biases: {
    qkv: config.use_bias ?? false,
    output: config.use_bias ?? false,
    mlp: config.use_bias ?? false,
  },
  tiedHead: config.tie_word_embeddings ?? true,
}));

const heliumSchema = hubConfigSchema.extend({
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});

/** Helium, which llama.cpp does not know. */
export const helium: Architecture = {
  ...neighbouring('helium', heliumSchema, 100_000, (config) => ({
    biases: { qkv: config.attention_bias, output: false, mlp: config.mlp_bias },
  })),
  ggufArchitectures: [],
};
