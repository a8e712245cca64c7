import { z } from 'zod';
import type { Architecture, DecoderShape } from './architecture.ts';
import { GgufConfig } from './gguf-config.ts';
import { activationOf, hubConfigSchema, hubShape, parseConfig, ropeOf } from './hub-config.ts';
import { llamaGgufName, llamaNames } from './llama-names.ts';
import { checkedShape, refuse, uniformLayers, type ShapeParts } from './shape.ts';

const configSchema = hubConfigSchema.extend({
  attention_bias: z.boolean().nullish(),
  hidden_activation: z.string().nullish(),
  use_bidirectional_attention: z.boolean().nullish(),
});

/** How Gemma 1 and 3 differ from Llama. */
export function gemmaParts(hidden: number): Partial<ShapeParts> {
  return {
    activation: 'gelu-tanh',
    normOffset: 1,
    embeddingScale: Math.fround(Math.sqrt(hidden)),
  };
}

/** llama.cpp stores the gain of a norm where transformers stores gain - 1. */
export const foldedNorms = (name: string): number => (/norm\.weight$/.test(name) ? 1 : 0);

/** Gemma 1: Llama with a scaled embedding, gains of 1 + weight, and a GELU. */
export const gemma: Architecture = {
  ...llamaNames,
  family: 'gemma',
  modelTypes: ['gemma'],
  ggufArchitectures: ['gemma'],
  shapeFromConfig(raw, model): DecoderShape {
    const config = parseConfig(configSchema, raw, model);
    if (config.use_bidirectional_attention) refuse(model, 'its attention is bidirectional');
    // The first configurations write "gelu" for the approximation.
    const named = config.hidden_activation ?? config.hidden_act ?? 'gelu';
    const attention = config.attention_bias ?? false;
    return checkedShape(
      {
        ...hubShape({ ...config, hidden_act: undefined }, 'gemma', model),
        layerKinds: uniformLayers(
          config.num_hidden_layers,
          ropeOf(config, model),
          undefined,
          model,
        ),
        ...gemmaParts(config.hidden_size),
        activation: named === 'gelu' ? 'gelu-tanh' : activationOf(named, model),
        biases: { qkv: attention, output: attention, mlp: false },
        tiedHead: config.tie_word_embeddings ?? true,
      },
      model,
    );
  },
  gguf: {
    shape(metadata, _has, model): DecoderShape {
      const gguf = new GgufConfig(metadata, 'gemma', model);
      const parts = gguf.shape('gemma');
      return checkedShape(
        {
          ...parts,
          layerKinds: gguf.layers(),
          normEpsilon: gguf.rmsEpsilon,
          ...gemmaParts(parts.hidden),
        },
        model,
      );
    },
    name: llamaGgufName,
    offset: foldedNorms,
  },
};
