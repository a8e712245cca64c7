import { z } from 'zod';
import type { Architecture, DecoderShape } from './architecture.ts';
import { GgufConfig } from './gguf-config.ts';
import { hubConfigSchema, hubShape, parseConfig, ropeOf } from './hub-config.ts';
import { ggufBiases } from './llama-like.ts';
import { llamaGgufName, llamaNames } from './llama-names.ts';
import { checkedShape, uniformLayers } from './shape.ts';
import { interleavedQueryKey } from './weight-rows.ts';

const configSchema = hubConfigSchema.extend({
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
});

/** Llama 1 to 3 and models with the same architecture (SmolLM2, TinyLlama, Vicuna). */
export const llama: Architecture = {
  ...llamaNames,
  family: 'llama',
  modelTypes: ['llama'],
  ggufArchitectures: ['llama'],
  shapeFromConfig(raw, model): DecoderShape {
    const config = parseConfig(configSchema, raw, model);
    const attention = config.attention_bias ?? false;
    return checkedShape(
      {
        ...hubShape(config, 'llama', model),
        layerKinds: uniformLayers(
          config.num_hidden_layers,
          ropeOf(config, model),
          undefined,
          model,
        ),
        biases: { qkv: attention, output: attention, mlp: config.mlp_bias ?? false },
      },
      model,
    );
  },
  gguf: {
    shape(metadata, has, model): DecoderShape {
      const gguf = new GgufConfig(metadata, 'llama', model);
      return checkedShape(
        {
          ...gguf.shape('llama'),
          layerKinds: gguf.layers(),
          normEpsilon: gguf.rmsEpsilon,
          biases: ggufBiases(has),
        },
        model,
      );
    },
    name: llamaGgufName,
    // llama.cpp interleaves the two halves of each head's rotary dimensions.
    rowOrder: interleavedQueryKey,
  },
};
