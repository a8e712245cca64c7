import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import { foldedNorms, gemmaParts } from './gemma.ts';
import { activationOf, hubConfigSchema, slidingLayers, slidingSchema } from './hub-config.ts';
import { llamaLike } from './llama-like.ts';
import { llamaNames } from './llama-names.ts';
import { layerKinds, refuse } from './shape.ts';

const [defaultWindow, defaultScoreCap, defaultLogitCap] = [4096, 50, 30];
/** Every second layer attends to the whole text. */
const period = 2;
const cap = z.number().positive().nullable();

const configSchema = hubConfigSchema.extend({
  ...slidingSchema.shape,
  sliding_window: z.number().int().positive().nullable().default(defaultWindow),
  head_dim: z.number().int().positive().default(256),
  query_pre_attn_scalar: z.number().positive().default(256),
  hidden_activation: z.string().default('gelu_pytorch_tanh'),
  attention_bias: z.boolean().default(false),
  use_bidirectional_attention: z.boolean().nullish(),
  attn_logit_softcapping: cap.default(defaultScoreCap),
  final_logit_softcapping: cap.default(defaultLogitCap),
});

/** Only Gemma 2 27B scales scores by hidden / heads; llama.cpp recognises it by its layers. */
const layersOf27b = 46;

/**
 * Gemma 2: Gemma with norms before and after attention and MLP, sliding windows, and capped
 * attention scores and logits.
 */
export const gemma2: Architecture = {
  ...llamaLike({
    family: 'gemma2',
    schema: configSchema,
    hub(config, model) {
      if (config.use_bidirectional_attention) refuse(model, 'its attention is bidirectional');
      return {
        ...gemmaParts(config.hidden_size),
        postNorms: true,
        layerKinds: slidingLayers(config, model, (layer) => (layer + 1) % period === 0),
        activation: activationOf(config.hidden_activation, model),
        scoreScale: 1 / Math.sqrt(config.query_pre_attn_scalar),
        scoreCap: config.attn_logit_softcapping ?? undefined,
        logitCap: config.final_logit_softcapping ?? undefined,
        biases: { qkv: config.attention_bias, output: config.attention_bias, mlp: false },
        tiedHead: config.tie_word_embeddings ?? true,
      };
    },
    gguf(gguf) {
      const parts = gguf.shape('gemma2');
      const rope = gguf.rope();
      const window = gguf.number('attention.sliding_window', defaultWindow);
      const scaled = parts.layers === layersOf27b ? parts.hidden / parts.heads : parts.headDim;
      return {
        ...gemmaParts(parts.hidden),
        postNorms: true,
        layerKinds: layerKinds(
          parts.layers,
          { full: { rope, window: undefined }, windowed: { rope, window } },
          gguf.isFullLayer(period),
          gguf.model,
        ),
        scoreScale: 1 / Math.sqrt(scaled),
        scoreCap: gguf.number('attn_logit_softcapping', defaultScoreCap),
        logitCap: gguf.number('final_logit_softcapping', defaultLogitCap),
      };
    },
    layout: { offset: foldedNorms },
    ggufModules: {
      post_attention_layernorm: 'post_attention_norm',
      pre_feedforward_layernorm: 'ffn_norm',
      post_feedforward_layernorm: 'post_ffw_norm',
    },
  }),
  layer: (index) => ({
    ...llamaNames.layer(index),
    mlpNorm: `model.layers.${index}.pre_feedforward_layernorm.weight`,
  }),
};
