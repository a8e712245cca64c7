import { z } from 'zod';
import type { Architecture, DecoderShape, NamedWeights, Rope } from './architecture.ts';
import type { GgufConfig } from './gguf-config.ts';
import { hubConfigSchema, partialRopeOf, ropeScalingOf, slidingSchema } from './hub-config.ts';
import { llamaLike } from './llama-like.ts';
import { uniformLayers } from './shape.ts';
import { splitRows, type RowRange } from './weight-rows.ts';

/** transformers' default of `original_max_position_embeddings`. */
const defaultOriginal = 4096;

const configSchema = hubConfigSchema.extend({
  sliding_window: slidingSchema.shape.sliding_window,
  partial_rotary_factor: z.number().positive().max(1).nullish(),
  original_max_position_embeddings: z.number().int().positive().default(defaultOriginal),
});

function ropeOf(config: z.output<typeof configSchema>, model: string): Rope {
  const scaling = ropeScalingOf(config);
  const kind = scaling?.rope_type ?? scaling?.type;
  const own = {
    ...scaling,
    // The first configurations write "su" or "yarn" for what was named LongRoPE later.
    ...((kind === 'su' || kind === 'yarn') && { rope_type: 'longrope' }),
    original_max_position_embeddings: config.original_max_position_embeddings,
  };
  const fraction = scaling?.partial_rotary_factor ?? config.partial_rotary_factor ?? 1;
  return partialRopeOf({ ...config, rope_scaling: own }, fraction, model);
}

/** Factors for short texts are in a tensor; `open-model.ts` applies them. */
function ropeOfGguf(gguf: GgufConfig, has: (tensor: string) => boolean): Rope {
  const amplitude = gguf.number('rope.scaling.attn_factor', 1);
  const original = gguf.optional('rope.scaling.original_context_length');
  const longest = has('rope_factors_short.weight') ? original : undefined;
  const rope =
    gguf.scalingType === 'longrope'
      ? gguf.unscaledRope(gguf.number('rope.freq_base', 10_000))
      : gguf.rope();
  return { ...rope, amplitude, longest };
}

const partName = /^(.+\.)(self_attn\.[qkv]|mlp\.(?:gate|up))_proj\.weight$/;

/** Queries, keys and values are one weight, and gate and up projection are one. */
function partOf(name: string, shape: DecoderShape): RowRange | undefined {
  const [, prefix, part] = partName.exec(name) ?? [];
  if (prefix === undefined) return undefined;
  const { heads, kvHeads, headDim, intermediate } = shape;
  const [queries, keys] = [heads * headDim, kvHeads * headDim];
  const [qkv, gateUp] = [`${prefix}self_attn.qkv_proj.weight`, `${prefix}mlp.gate_up_proj.weight`];
  switch (part) {
    case 'self_attn.q':
      return { stored: qkv, start: 0, count: queries };
    case 'self_attn.k':
      return { stored: qkv, start: queries, count: keys };
    case 'self_attn.v':
      return { stored: qkv, start: queries + keys, count: keys };
    case 'mlp.gate':
      return { stored: gateUp, start: 0, count: intermediate };
    default:
      return { stored: gateUp, start: intermediate, count: intermediate };
  }
}

/**
 * Phi 3, Phi 3.5 and Phi 4 (mini): Llama with joined projections, partly rotated heads, LongRoPE
 * and a sliding window. llama.cpp uses no window, whatever a file's metadata say.
 */
export const phi3: Architecture = {
  ...llamaLike({
    family: 'phi3',
    schema: configSchema,
    hub: (config, model) => ({
      layerKinds: uniformLayers(
        config.num_hidden_layers,
        ropeOf(config, model),
        config.sliding_window ?? undefined,
        model,
      ),
    }),
    gguf: (gguf, has) => ({
      layerKinds: uniformLayers(
        gguf.number('block_count'),
        ropeOfGguf(gguf, has),
        undefined,
        gguf.model,
      ),
    }),
    ggufModules: { 'self_attn.qkv_proj': 'attn_qkv', 'mlp.gate_up_proj': 'ffn_up' },
  }),
  split: (weights: NamedWeights, shape) => splitRows(weights, (name) => partOf(name, shape)),
};
