import { z } from 'zod';
import type { Architecture, DecoderShape } from './architecture.ts';
import {
  hubConfigSchema,
  hubShape,
  parseConfig,
  ropeOf,
  ropeScalingOf,
  slidingLayers,
  slidingSchema,
} from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { llama } from './llama.ts';
import { checkedShape, refuse, uniformLayers } from './shape.ts';
import { interleavedQueryKey } from './weight-rows.ts';

const configSchema = hubConfigSchema.extend(slidingSchema.pick({ sliding_window: true }).shape);

/** transformers' default if config.json names no window; null means none. */
const defaultWindow = 4096;

function mistralShape(raw: unknown, model: string): DecoderShape {
  const config = parseConfig(configSchema, raw, model);
  const window = config.sliding_window === undefined ? defaultWindow : config.sliding_window;
  const layerKinds = slidingLayers({ ...config, sliding_window: window }, model, () => false);
  return checkedShape({ ...hubShape(config, 'mistral', model), layerKinds }, model);
}

/**
 * Mistral 7B and models trained from it (Zephyr, OpenChat, Starling): Llama with a sliding window
 * in each layer. In GGUF files their architecture is `llama`.
 */
export const mistral: Architecture = {
  ...llama,
  family: 'mistral',
  modelTypes: ['mistral'],
  ggufArchitectures: [],
  shapeFromConfig: mistralShape,
};

const alternatingSchema = hubConfigSchema.extend({
  ...slidingSchema.shape,
  sliding_window: z.number().int().positive().nullable().default(defaultWindow),
});

/** Ministral 8B (2410): Mistral in which some layers attend to the whole text. */
export const ministral: Architecture = {
  ...mistral,
  family: 'ministral',
  modelTypes: ['ministral'],
  shapeFromConfig(raw, model): DecoderShape {
    const config = parseConfig(alternatingSchema, raw, model);
    const layerKinds = slidingLayers(config, model, () => false);
    return checkedShape({ ...hubShape(config, 'ministral', model), layerKinds }, model);
  },
};

/** transformers' default of `original_max_position_embeddings` of Ministral 3. */
const defaultOriginal = 16_384;

const multimodalSchema = z.looseObject({
  tie_word_embeddings: z.boolean().nullish(),
  text_config: z.looseObject({ model_type: z.string().default('mistral') }),
});

/**
 * Queries of a position p are multiplied by 1 + beta log(1 + floor(p / original)), which is 1 in
 * texts of up to `original` tokens. Longer ones are not supported.
 */
function ministral3Shape(raw: unknown, model: string): DecoderShape {
  const config = parseConfig(configSchema, raw, model);
  const scaling = ropeScalingOf(config);
  const longest = scaling?.original_max_position_embeddings ?? defaultOriginal;
  const rope = { ...ropeOf(config, model, 1_000_000), longest };
  const window = config.sliding_window ?? undefined;
  const layerKinds = uniformLayers(config.num_hidden_layers, rope, window, model);
  return checkedShape({ ...hubShape(config, 'ministral3', model), layerKinds }, model);
}

/**
 * Ministral 3, and the text part of Mistral Small 3.1 and later: Mistral, of which Ministral 3
 * scales the queries of late positions.
 */
export const ministral3: Architecture = {
  ...llamaLike({
    family: 'ministral3',
    modelTypes: ['ministral3', 'mistral3'],
    ggufArchitectures: ['mistral3'],
    schema: configSchema,
    hub: () => ({ layerKinds: [] }),
    gguf: (gguf, has) => {
      const scales = gguf.optional('attention.temperature_scale') !== undefined;
      const original = gguf.optional('rope.scaling.original_context_length') ?? defaultOriginal;
      const own = { amplitude: 1, longest: scales ? original : undefined };
      const rope = { ...gguf.rope(), ...own };
      return {
        layerKinds: gguf.layers().map((kind) => ({ ...kind, rope })),
        biases: ggufBiases(has),
      };
    },
    layout: { rowOrder: interleavedQueryKey },
  }),
  shapeFromConfig(raw, model): DecoderShape {
    const { model_type: kind } = parseConfig(z.looseObject({ model_type: z.string() }), raw, model);
    if (kind !== 'mistral3') return ministral3Shape(raw, model);
    const outer = parseConfig(multimodalSchema, raw, model);
    const text = {
      ...outer.text_config,
      tie_word_embeddings: outer.tie_word_embeddings ?? outer.text_config.tie_word_embeddings,
    };
    switch (outer.text_config.model_type) {
      case 'ministral3':
        return ministral3Shape(text, model);
      case 'mistral':
        return mistralShape({ sliding_window: null, ...text }, model);
      default:
        return refuse(
          model,
          `its text part is a "${outer.text_config.model_type}"; supported are mistral and ministral3`,
        );
    }
  },
  /** The text part of a multimodal folder, as transformers writes it before and since 4.52. */
  aliases: (name) => [`language_model.${name}`, name.replace(/^model\./, 'model.language_model.')],
};
