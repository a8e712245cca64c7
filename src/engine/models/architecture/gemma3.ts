import { z } from 'zod';
import type { Architecture, DecoderShape } from './architecture.ts';
import { foldedNorms, gemmaParts } from './gemma.ts';
import { GgufConfig } from './gguf-config.ts';
import {
  activationOf,
  hubConfigSchema,
  hubShape,
  parseConfig,
  requireLayerTypes,
  ropeOf,
  slidingSchema,
} from './hub-config.ts';
import { llamaGgufName, llamaNames } from './llama-names.ts';
import { checkedShape, layerKinds, refuse, type ShapeParts } from './shape.ts';

/** Every sixth layer attends to the whole text. */
const defaultPattern = 6;
const localTheta = 10_000;
const globalTheta = 1_000_000;

const configSchema = hubConfigSchema.extend({
  ...slidingSchema.shape,
  // The text part of a multimodal configuration omits transformers' defaults.
  vocab_size: hubConfigSchema.shape.vocab_size.default(262_208),
  num_attention_heads: hubConfigSchema.shape.num_attention_heads.default(8),
  num_key_value_heads: z.number().int().positive().default(4),
  head_dim: z.number().int().positive().default(256),
  max_position_embeddings: hubConfigSchema.shape.max_position_embeddings.default(131_072),
  rms_norm_eps: hubConfigSchema.shape.rms_norm_eps.default(1e-6),
  sliding_window: z.number().int().positive().default(4096),
  sliding_window_pattern: z.number().int().positive().default(defaultPattern),
  query_pre_attn_scalar: z.number().positive().default(256),
  hidden_activation: z.string().default('gelu_pytorch_tanh'),
  rope_local_base_freq: z.number().positive().optional(),
  attention_bias: z.boolean().default(false),
  use_bidirectional_attention: z.boolean().nullish(),
  attn_logit_softcapping: z.number().nullish(),
  final_logit_softcapping: z.number().nullish(),
});

const multimodalSchema = z.looseObject({
  model_type: z.string(),
  tie_word_embeddings: z.boolean().nullish(),
  text_config: z.looseObject({}).optional(),
});

/** How Gemma 3 differs from Gemma 1. */
const ownParts: Partial<ShapeParts> = { queryKeyNorms: 'heads', postNorms: true };

function shapeFromConfig(raw: unknown, model: string): DecoderShape {
  const {
    model_type: kind,
    text_config: text,
    ...outer
  } = parseConfig(multimodalSchema, raw, model);
  const config = parseConfig(configSchema, kind === 'gemma3' ? text : { ...outer }, model);
  if (config.use_bidirectional_attention) refuse(model, 'its attention is bidirectional');
  if (config.attn_logit_softcapping || config.final_logit_softcapping) {
    refuse(model, 'it caps attention scores or logits, which is not supported');
  }
  const { num_hidden_layers: layers, sliding_window: window, layer_types: types } = config;
  requireLayerTypes(types, layers, model);
  const full = ropeOf(config, model, globalTheta);
  const local = ropeOf(
    {
      ...config,
      rope_theta: config.rope_local_base_freq,
      // `rope_scaling` applies only to the layers that attend to the whole text.
      rope_scaling: undefined,
      rope_parameters: config.rope_parameters?.sliding_attention,
    },
    model,
    localTheta,
  );
  return checkedShape(
    {
      ...hubShape(config, 'gemma3', model),
      layerKinds: layerKinds(
        layers,
        { full: { rope: full, window: undefined }, windowed: { rope: local, window } },
        types
          ? (layer) => types[layer] === 'full_attention'
          : (layer) => (layer + 1) % config.sliding_window_pattern === 0,
        model,
      ),
      ...gemmaParts(config.hidden_size),
      ...ownParts,
      activation: activationOf(config.hidden_activation, model),
      scoreScale: 1 / Math.sqrt(config.query_pre_attn_scalar),
      biases: { qkv: config.attention_bias, output: config.attention_bias, mlp: false },
      tiedHead: outer.tie_word_embeddings ?? config.tie_word_embeddings ?? true,
    },
    model,
  );
}

/** Only Gemma 3 27B scales scores by hidden / heads; llama.cpp recognises it by its layers. */
const layersOf27b = 62;

function shapeFromGguf(
  metadata: ReadonlyMap<string, unknown>,
  _has: (tensor: string) => boolean,
  model: string,
): DecoderShape {
  const gguf = new GgufConfig(metadata, 'gemma3', model);
  const parts = gguf.shape('gemma3');
  const scaled = parts.layers === layersOf27b ? parts.hidden / parts.heads : parts.headDim;
  const full = { rope: gguf.rope(globalTheta), window: undefined };
  const windowed = {
    rope: gguf.unscaledRope(gguf.number('rope.freq_base_swa', localTheta)),
    window: gguf.number('attention.sliding_window'),
  };
  const isFull = gguf.isFullLayer(defaultPattern);
  return checkedShape(
    {
      ...parts,
      layerKinds: layerKinds(parts.layers, { full, windowed }, isFull, model),
      normEpsilon: gguf.rmsEpsilon,
      ...gemmaParts(parts.hidden),
      ...ownParts,
      scoreScale: 1 / Math.sqrt(scaled),
    },
    model,
  );
}

/**
 * Gemma 3, text only: Gemma with norms of queries and keys, and before and after attention and MLP.
 * Most layers attend to a sliding window and have another rotary embedding.
 */
export const gemma3: Architecture = {
  ...llamaNames,
  family: 'gemma3',
  modelTypes: ['gemma3_text', 'gemma3'],
  ggufArchitectures: ['gemma3'],
  shapeFromConfig,
  layer: (index) => ({
    ...llamaNames.layer(index),
    mlpNorm: `model.layers.${index}.pre_feedforward_layernorm.weight`,
  }),
  gguf: {
    shape: shapeFromGguf,
    name: (name) =>
      llamaGgufName(name, {
        post_attention_layernorm: 'post_attention_norm',
        pre_feedforward_layernorm: 'ffn_norm',
        post_feedforward_layernorm: 'post_ffw_norm',
      }),
    offset: foldedNorms,
  },
  /** The text part of a multimodal folder, as transformers writes it before and since 4.52. */
  aliases: (name) => [`language_model.${name}`, name.replace(/^model\./, 'model.language_model.')],
};
