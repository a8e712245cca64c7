import { z } from 'zod';
import type { Architecture, LayerKind } from './architecture.ts';
import type { GgufConfig } from './gguf-config.ts';
import { hubConfigSchema, requireLayerTypes, ropeOf, slidingSchema } from './hub-config.ts';
import { ggufBiases, llamaLike, type LlamaVariant } from './llama-like.ts';
import { layerKinds, uniformLayers, type ShapeParts } from './shape.ts';

/** How OLMo 2 and 3 differ from Llama. */
const ownParts: Partial<ShapeParts> = {
  preNorms: false,
  postNorms: true,
  queryKeyNorms: 'projections',
};

/** Every fourth layer of OLMo 3 attends to the whole text. */
const defaultPeriod = 4;
/** transformers' defaults for OLMo 3. */
const [olmo3Theta, olmo3Window] = [500_000, 4096];

const configSchema = hubConfigSchema.extend({ attention_bias: z.boolean().nullish() });
const slidingConfigSchema = configSchema.extend(slidingSchema.shape);

function biasesOf(attention: boolean | null | undefined): Pick<ShapeParts, 'biases'> {
  return { biases: { qkv: attention ?? false, output: attention ?? false, mlp: false } };
}

/** Layers with a window have no rope scaling. */
function slidingLayers(config: z.output<typeof slidingConfigSchema>, model: string): LayerKind[] {
  const { num_hidden_layers: layers, layer_types: types } = config;
  requireLayerTypes(types, layers, model);
  const local = {
    ...config,
    rope_theta: undefined,
    rope_scaling: undefined,
    rope_parameters: config.rope_parameters?.sliding_attention,
  };
  return layerKinds(
    layers,
    {
      full: { rope: ropeOf(config, model, olmo3Theta), window: undefined },
      windowed: {
        rope: ropeOf(local, model, olmo3Theta),
        window: config.sliding_window ?? olmo3Window,
      },
    },
    (layer) => (types ? types[layer] === 'full_attention' : (layer + 1) % defaultPeriod === 0),
    model,
  );
}

function ggufLayers(gguf: GgufConfig): LayerKind[] {
  const window = gguf.optional('attention.sliding_window');
  if (window === undefined) return gguf.layers();
  const full = { rope: gguf.rope(), window: undefined };
  const theta = gguf.number('rope.freq_base_swa', gguf.number('rope.freq_base', 10_000));
  const windowed = { rope: gguf.unscaledRope(theta), window };
  const isFull = gguf.isFullLayer(defaultPeriod);
  return layerKinds(gguf.number('block_count'), { full, windowed }, isFull, gguf.model);
}

const common = {
  gguf: (gguf, has) => ({ ...ownParts, layerKinds: ggufLayers(gguf), biases: ggufBiases(has) }),
  ggufModules: {
    post_attention_layernorm: 'post_attention_norm',
    post_feedforward_layernorm: 'post_ffw_norm',
  },
} satisfies Partial<LlamaVariant<z.output<typeof configSchema>>>;

/**
 * OLMo 2: Llama with norms after attention and MLP instead of before them, and norms of the queries
 * and keys of all heads together.
 */
export const olmo2: Architecture = llamaLike({
  ...common,
  family: 'olmo2',
  schema: configSchema,
  hub: (config, model) => ({
    ...ownParts,
    ...biasesOf(config.attention_bias),
    layerKinds: uniformLayers(config.num_hidden_layers, ropeOf(config, model), undefined, model),
  }),
});

/** OLMo 3: OLMo 2 with sliding windows. Its GGUF files have the architecture `olmo2`. */
export const olmo3: Architecture = {
  ...llamaLike({
    ...common,
    family: 'olmo3',
    schema: slidingConfigSchema,
    hub: (config, model) => ({
      ...ownParts,
      ...biasesOf(config.attention_bias),
      layerKinds: slidingLayers(config, model),
    }),
  }),
  ggufArchitectures: [],
};
