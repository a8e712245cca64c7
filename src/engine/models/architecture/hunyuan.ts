import { z } from 'zod';
import type { Architecture, Rope } from './architecture.ts';
import { headSizeOf, hubConfigSchema, ropeOf, ropeScalingOf } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { llamaNames } from './llama-names.ts';
import { uniformLayers } from './shape.ts';

const configSchema = hubConfigSchema.extend({ attention_bias: z.boolean().nullish() });
type HunyuanConfig = z.output<typeof configSchema>;

/** "dynamic" scaling with an `alpha` raises the base of the frequencies, whatever the text. */
function stretchedRope(config: HunyuanConfig, model: string): Rope {
  const scaling = ropeScalingOf(config);
  const kind = scaling?.rope_type ?? scaling?.type;
  if (kind !== 'dynamic' || !scaling?.alpha) return ropeOf(config, model);
  const headDim = headSizeOf(config, model);
  const theta = scaling.rope_theta ?? config.rope_theta ?? 10_000;
  const stretched = theta * scaling.alpha ** (headDim / (headDim - 2));
  const own = { ...scaling, rope_type: 'default', rope_theta: stretched };
  return ropeOf({ ...config, rope_scaling: own }, model);
}

/** Hunyuan (dense, version 1): Llama with norms of queries and keys after rotation. */
export const hunyuan: Architecture = {
  ...llamaLike({
    family: 'hunyuan_v1_dense',
    ggufArchitectures: ['hunyuan-dense'],
    schema: configSchema,
    hub: (config, model) => ({
      queryKeyNorms: 'rotated-heads',
      layerKinds: uniformLayers(
        config.num_hidden_layers,
        stretchedRope(config, model),
        undefined,
        model,
      ),
      biases: {
        qkv: config.attention_bias ?? false,
        output: config.attention_bias ?? false,
        mlp: false,
      },
    }),
    gguf: (_gguf, has) => ({ queryKeyNorms: 'rotated-heads', biases: ggufBiases(has) }),
    ggufModules: {
      'self_attn.query_layernorm': 'attn_q_norm',
      'self_attn.key_layernorm': 'attn_k_norm',
    },
  }),
  layer: (index) => ({
    ...llamaNames.layer(index),
    queryNorm: `model.layers.${index}.self_attn.query_layernorm.weight`,
    keyNorm: `model.layers.${index}.self_attn.key_layernorm.weight`,
  }),
};
