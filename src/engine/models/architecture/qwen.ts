import { z } from 'zod';
import type { Architecture, DecoderShape } from './architecture.ts';
import { GgufConfig } from './gguf-config.ts';
import {
  hubConfigSchema,
  hubShape,
  parseConfig,
  slidingLayers,
  slidingSchema,
} from './hub-config.ts';
import { llamaGgufName, llamaNames } from './llama-names.ts';
import { checkedShape, type ShapeParts } from './shape.ts';

const configSchema = hubConfigSchema.extend({
  ...slidingSchema.shape,
  use_sliding_window: z.boolean().nullish(),
  max_window_layers: z.number().int().nonnegative().nullish(),
  attention_bias: z.boolean().nullish(),
});
type QwenConfig = z.output<typeof configSchema>;

/** If windows are on, the first `max_window_layers` layers attend to the whole text. */
function layersOf(config: QwenConfig, model: string) {
  const window = config.use_sliding_window ? (config.sliding_window ?? 4096) : null;
  const full = config.max_window_layers ?? 28;
  return slidingLayers({ ...config, sliding_window: window }, model, (layer) => layer < full);
}

function qwen(
  family: 'qwen2' | 'qwen3',
  own: (config: { readonly attention_bias?: boolean | null | undefined }) => Partial<ShapeParts>,
): Architecture {
  return {
    ...llamaNames,
    family,
    modelTypes: [family],
    ggufArchitectures: [family],
    shapeFromConfig(raw, model): DecoderShape {
      const config = parseConfig(configSchema, raw, model);
      return checkedShape(
        { ...hubShape(config, family, model), layerKinds: layersOf(config, model), ...own(config) },
        model,
      );
    },
    gguf: {
      shape(metadata, has, model): DecoderShape {
        const gguf = new GgufConfig(metadata, family, model);
        return checkedShape(
          {
            ...gguf.shape(family),
            layerKinds: gguf.layers(),
            normEpsilon: gguf.rmsEpsilon,
            ...own({ attention_bias: has('blk.0.attn_output.bias') }),
          },
          model,
        );
      },
      name: llamaGgufName,
    },
  };
}

/** Qwen 1.5, 2 and 2.5: Llama with biases on queries, keys and values. */
export const qwen2: Architecture = qwen('qwen2', () => ({
  biases: { qkv: true, output: false, mlp: false },
}));

/** Qwen 3: Llama with norms on the queries and keys of each head. */
export const qwen3: Architecture = qwen('qwen3', ({ attention_bias: bias }) => ({
  queryKeyNorms: 'heads',
  biases: { qkv: bias ?? false, output: bias ?? false, mlp: false },
}));
