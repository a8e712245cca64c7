import { z } from 'zod';
import type { Architecture, LayerKind } from './architecture.ts';
import { hubConfigSchema, ropeOf, slidingLayers, slidingSchema } from './hub-config.ts';
import { llamaLike } from './llama-like.ts';
import { layerKinds, type ShapeParts } from './shape.ts';

/** Every fourth layer attends to the whole text, where others have a window. */
const defaultPeriod = 4;

const configSchema = hubConfigSchema.extend({
  ...slidingSchema.shape,
  /** A period, or one letter a layer, repeated: "L" for layers with a window. */
  sliding_window_pattern: z
    .union([z.number().int().nonnegative(), z.string().regex(/^[LG]+$/)])
    .nullish(),
});

/** How EXAONE 4 differs from Llama. */
const ownParts: Partial<ShapeParts> = {
  preNorms: false,
  postNorms: true,
  queryKeyNorms: 'heads',
};

function isFullLayer(pattern: string | number, layers: number): (layer: number) => boolean {
  if (typeof pattern === 'number') return (layer) => (layer + 1) % pattern === 0;
  return (layer) => layer === layers - 1 || pattern[layer % pattern.length] === 'G';
}

/** Where some layers have a window, the others do not rotate. */
function onlyLocalRope(kinds: readonly LayerKind[], windowed: boolean): LayerKind[] {
  return kinds.map((kind) =>
    windowed && kind.window === undefined ? { ...kind, rope: undefined } : kind,
  );
}

/**
 * EXAONE 4: Llama with norms after attention and MLP instead of before them, norms of queries and
 * keys, and, in the large model, windows.
 */
export const exaone4: Architecture = llamaLike({
  family: 'exaone4',
  schema: configSchema,
  hub(config, model) {
    const { num_hidden_layers: layers, sliding_window_pattern: pattern } = config;
    const isFull = isFullLayer(pattern ?? defaultPeriod, layers);
    const kinds = slidingLayers(config, model, isFull, ropeOf(config, model));
    return { ...ownParts, layerKinds: onlyLocalRope(kinds, Boolean(config.sliding_window)) };
  },
  gguf(gguf) {
    const window = gguf.optional('attention.sliding_window');
    const rope = gguf.rope();
    const kinds = layerKinds(
      gguf.number('block_count'),
      { full: { rope, window: undefined }, windowed: { rope, window } },
      window === undefined ? () => true : gguf.isFullLayer(defaultPeriod),
      gguf.model,
    );
    return { ...ownParts, layerKinds: onlyLocalRope(kinds, window !== undefined) };
  },
  ggufModules: {
    post_attention_layernorm: 'post_attention_norm',
    post_feedforward_layernorm: 'post_ffw_norm',
  },
});
