import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { hubConfigSchema, ropeOf } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { uniformLayers } from './shape.ts';
import { interleavedQueryKey } from './weight-rows.ts';

const factor = z.number().positive().default(1);

const configSchema = hubConfigSchema.extend({
  embedding_multiplier: factor,
  attention_multiplier: factor,
  residual_multiplier: factor,
  logits_scaling: factor,
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
});

/** Granite 3, and dense Granite 4 in GGUF files: Llama with factors at four places. */
export const granite: Architecture = llamaLike({
  family: 'granite',
  schema: configSchema,
  hub: (config, model) => ({
    layerKinds: uniformLayers(config.num_hidden_layers, ropeOf(config, model), undefined, model),
    embeddingScale: config.embedding_multiplier,
    scoreScale: config.attention_multiplier,
    residualScale: config.residual_multiplier,
    logitScale: 1 / config.logits_scaling,
    biases: {
      qkv: config.attention_bias ?? false,
      output: config.attention_bias ?? false,
      mlp: config.mlp_bias ?? false,
    },
  }),
  gguf: (gguf, has) => ({
    // Granite 4 writes in this way that its layers do not rotate.
    layerKinds: gguf.flag('rope.scaling.finetuned', true)
      ? gguf.layers()
      : gguf.layers().map((kind) => ({ ...kind, rope: undefined })),
    embeddingScale: gguf.number('embedding_scale', 1),
    scoreScale: gguf.number('attention.scale', 1 / Math.sqrt(gguf.headDim)),
    residualScale: gguf.number('residual_scale', 1),
    logitScale: 1 / gguf.number('logit_scale', 1),
    biases: ggufBiases(has),
  }),
  layout: { rowOrder: interleavedQueryKey },
});
