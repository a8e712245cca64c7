import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { hubConfigSchema, ropeOf } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { uniformLayers } from './shape.ts';
import { interleavedQueryKey, reorderRows } from './weight-rows.ts';

const [defaultTheta, defaultHeadDim] = [500_000, 128];

const configSchema = hubConfigSchema.extend({
  head_dim: z.number().int().positive().nullable().default(defaultHeadDim),
  use_bias: z.boolean().nullish(),
});

/** ERNIE 4.5 (dense): Llama whose rotary embedding turns neighbouring dimensions together. */
export const ernie: Architecture = {
  ...llamaLike({
    family: 'ernie4_5',
    schema: configSchema,
    hub: (config, model) => ({
      layerKinds: uniformLayers(
        config.num_hidden_layers,
        ropeOf(config, model, defaultTheta),
        undefined,
        model,
      ),
      biases: {
        qkv: config.use_bias ?? false,
        output: config.use_bias ?? false,
        mlp: config.use_bias ?? false,
      },
      tiedHead: config.tie_word_embeddings ?? true,
    }),
    gguf: (_gguf, has) => ({ biases: ggufBiases(has) }),
  }),
  split: (weights, shape) => reorderRows(weights, (name) => interleavedQueryKey(name, shape)),
};
