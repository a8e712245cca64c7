import { z } from 'zod';
import type { Architecture } from './architecture.ts';
import type { GgufConfig } from './gguf-config.ts';
import { hubConfigSchema, ropeOf, slidingLayers, slidingSchema } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { llamaNames } from './llama-names.ts';
import { layerKinds, refuse, uniformLayers, type ShapeParts } from './shape.ts';
import { interleavedQueryKey, reorderRows } from './weight-rows.ts';

/** transformers' defaults. */
const [defaultTheta, defaultScale, defaultWindow, defaultPeriod] = [500_000, 0.0625, 4096, 4];

const commonSchema = hubConfigSchema.omit({ rms_norm_eps: true }).extend({
  layer_norm_eps: z.number().positive().default(1e-5),
  logit_scale: z.number().positive().default(defaultScale),
  attention_bias: z.boolean().nullish(),
  use_qk_norm: z.boolean().nullish(),
});
const windowSchema = commonSchema.extend({
  ...slidingSchema.shape,
  sliding_window: z.number().int().positive().nullable().default(defaultWindow),
  sliding_window_pattern: z.number().int().positive().default(defaultPeriod),
});

function withEpsilon<C extends { layer_norm_eps: number }>(
  config: C,
): C & { rms_norm_eps: number } {
  return { ...config, rms_norm_eps: config.layer_norm_eps };
}

/** How both versions differ from Llama. */
const ownParts = { norm: 'layer', normBias: false, parallel: true } satisfies Partial<ShapeParts>;

function hubParts(config: z.output<typeof commonSchema>, model: string): Partial<ShapeParts> {
  if (config.use_qk_norm) refuseNorms(model);
  const bias = config.attention_bias ?? false;
  return {
    ...ownParts,
    logitScale: config.logit_scale,
    biases: { qkv: bias, output: bias, mlp: false },
    tiedHead: config.tie_word_embeddings ?? true,
  };
}

function refuseNorms(model: string): never {
  return refuse(model, 'it norms queries and keys (Command R+), which is not supported');
}

function ggufParts(gguf: GgufConfig, has: (tensor: string) => boolean): Partial<ShapeParts> {
  if (has('blk.0.attn_q_norm.weight')) refuseNorms(gguf.model);
  return {
    ...ownParts,
    logitScale: gguf.number('logit_scale'),
    normEpsilon: gguf.number('attention.layer_norm_epsilon'),
    biases: ggufBiases(has),
  };
}

/** One norm for attention and MLP, and a rotary embedding that turns neighbours together. */
const ownNames = {
  layer: (index) => ({
    ...llamaNames.layer(index),
    mlpNorm: llamaNames.layer(index).attentionNorm!,
  }),
  split: (weights, shape) => reorderRows(weights, (name) => interleavedQueryKey(name, shape)),
} satisfies Partial<Architecture>;

/** Command R and Aya: parallel attention and MLP, LayerNorm without a bias, scaled logits. */
export const cohere: Architecture = {
  ...llamaLike({
    family: 'cohere',
    ggufArchitectures: ['command-r'],
    schema: commonSchema.transform(withEpsilon),
    hub: (config, model) => ({
      ...hubParts(config, model),
      layerKinds: uniformLayers(
        config.num_hidden_layers,
        ropeOf(config, model, defaultTheta),
        undefined,
        model,
      ),
    }),
    gguf: ggufParts,
  }),
  ...ownNames,
};

/** Command R7B and later: layers with a window rotate, those that see the whole text do not. */
export const cohere2: Architecture = {
  ...llamaLike({
    family: 'cohere2',
    schema: windowSchema.transform(withEpsilon),
    hub: (config, model) => ({
      ...hubParts(config, model),
      layerKinds: slidingLayers(
        config,
        model,
        (layer) => (layer + 1) % config.sliding_window_pattern === 0,
      ).map((kind) => (kind.window === undefined ? { ...kind, rope: undefined } : kind)),
    }),
    gguf: (gguf, has) => ({
      ...ggufParts(gguf, has),
      layerKinds: layerKinds(
        gguf.number('block_count'),
        {
          full: { rope: undefined, window: undefined },
          windowed: { rope: gguf.rope(), window: gguf.number('attention.sliding_window') },
        },
        gguf.isFullLayer(defaultPeriod),
        gguf.model,
      ),
    }),
  }),
  ...ownNames,
};
