import { z } from 'zod';
import type { Architecture, LayerKind } from './architecture.ts';
import { hubConfigSchema, ropeOf, slidingSchema } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { layerKinds, refuse } from './shape.ts';
import { interleavedQueryKey } from './weight-rows.ts';

const defaultTheta = 2_000_000;
/** Every fourth layer does not rotate. */
const defaultInterval = 4;

const configSchema = hubConfigSchema.extend({
  ...slidingSchema.shape,
  use_sliding_window: z.boolean().nullish(),
  no_rope_layers: z.array(z.number()).nullish(),
  no_rope_layer_interval: z.number().int().positive().default(defaultInterval),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
});
type SmolLm3Config = z.output<typeof configSchema>;

function layersOf(config: SmolLm3Config, model: string): LayerKind[] {
  const { num_hidden_layers: layers, layer_types: types, no_rope_layers: rotated } = config;
  if (rotated && rotated.length < layers) {
    refuse(model, `config.json gives ${rotated.length} no_rope_layers for ${layers} layers`);
  }
  if (types && types.length !== layers) {
    refuse(model, `config.json gives ${types.length} layer_types for ${layers} layers`);
  }
  const rope = ropeOf(config, model, defaultTheta);
  const window = config.use_sliding_window ? (config.sliding_window ?? undefined) : undefined;
  const isRotated = (layer: number): boolean =>
    rotated ? Boolean(rotated[layer]) : (layer + 1) % config.no_rope_layer_interval !== 0;
  const isFull = (layer: number): boolean =>
    types ? types[layer] === 'full_attention' : isRotated(layer);
  const full = { rope, window: undefined };
  return layerKinds(layers, { full, windowed: { rope, window } }, isFull, model).map(
    (kind, layer) => (isRotated(layer) ? kind : { ...kind, rope: undefined }),
  );
}

/** SmolLM3: Llama in which some layers do not rotate queries and keys. */
export const smolLm3: Architecture = llamaLike({
  family: 'smollm3',
  schema: configSchema,
  hub: (config, model) => ({
    layerKinds: layersOf(config, model),
    biases: {
      qkv: config.attention_bias ?? false,
      output: config.attention_bias ?? false,
      mlp: config.mlp_bias ?? false,
    },
    tiedHead: config.tie_word_embeddings ?? true,
  }),
  gguf: (gguf, has) => ({
    // llama.cpp stores no list of layers.
    layerKinds: gguf
      .layers()
      .map((kind, layer) => ((layer + 1) % defaultInterval ? kind : { ...kind, rope: undefined })),
    biases: ggufBiases(has),
  }),
  layout: { rowOrder: interleavedQueryKey },
});
