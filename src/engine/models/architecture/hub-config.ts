import { z } from 'zod';
import { badModel, quoted } from '../malformed.ts';
import type { Activation, LayerKind, Rope } from './architecture.ts';
import { ropeScalingSchema, rotaryEmbedding, type RopeScaling } from './rope.ts';
import { layerKinds, refuse, requireHeadSize, uniformLayers, type ShapeParts } from './shape.ts';

const count = z.number().int().positive();

/** The settings in config.json that all families but GPT-NeoX share. */
export const hubConfigSchema = z.looseObject({
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  vocab_size: count,
  max_position_embeddings: count,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: ropeScalingSchema,
  rope_parameters: ropeScalingSchema,
  hidden_act: z.string().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
});
export type HubConfig = z.output<typeof hubConfigSchema>;

/** @throws TqError badModel naming the first wrong setting */
export function parseConfig<T>(schema: z.ZodType<T>, config: unknown, model: string): T {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return refuse(
    model,
    `${quoted(issue.path.join('.'))} in its config.json is wrong (${issue.message})`,
  );
}

/** The head size, from `head_dim` or computed from the other sizes. */
export function headSizeOf(config: HubConfig, model: string): number {
  const headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  requireHeadSize(headDim, model);
  return headDim;
}

/** The settings of the rotary embedding of the layers that attend to the whole text. */
export function ropeScalingOf(config: HubConfig): RopeScaling | null | undefined {
  const given = config.rope_scaling ?? config.rope_parameters;
  return given?.full_attention ?? given;
}

/** The rotary embedding; if layers differ, that of the layers that attend to the whole text. */
export function ropeOf(config: HubConfig, model: string, defaultTheta = 10_000): Rope {
  const fraction = ropeScalingOf(config)?.partial_rotary_factor ?? 1;
  if (fraction !== 1) {
    refuse(model, `its partial_rotary_factor is ${fraction}; only 1 is supported`);
  }
  return partialRopeOf(config, 1, model, defaultTheta);
}

/** The rotary embedding of the first `fraction` of each head's dimensions. */
export function partialRopeOf(
  config: HubConfig,
  fraction: number,
  model: string,
  defaultTheta = 10_000,
): Rope {
  const scaling = ropeScalingOf(config);
  const dimensions = Math.floor(headSizeOf(config, model) * fraction);
  if (dimensions % 2 !== 0 || dimensions === 0) {
    refuse(
      model,
      `${dimensions} dimensions of each head are rotated; it must be an even number above 0`,
    );
  }
  const theta = scaling?.rope_theta ?? config.rope_theta ?? defaultTheta;
  return rotaryEmbedding(
    { theta, dimensions, scaling, positions: config.max_position_embeddings },
    model,
  );
}

/** The shape of a Llama model with these sizes; other families override parts of it. */
export function hubShape(
  config: HubConfig,
  family: string,
  model: string,
): Omit<ShapeParts, 'layerKinds'> {
  return {
    family,
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
    headDim: headSizeOf(config, model),
    intermediate: config.intermediate_size,
    vocabulary: config.vocab_size,
    contextLength: config.max_position_embeddings,
    normEpsilon: config.rms_norm_eps,
    activation: activationOf(config.hidden_act ?? 'silu', model),
    tiedHead: config.tie_word_embeddings ?? undefined,
  };
}

const activations: ReadonlyMap<string, Activation> = new Map([
  ['silu', 'silu'],
  ['swish', 'silu'],
  ['gelu', 'gelu'],
  ['gelu_pytorch_tanh', 'gelu-tanh'],
  ['gelu_new', 'gelu-tanh'],
  ['gelu_fast', 'gelu-tanh'],
]);

export function activationOf(name: string, model: string): Activation {
  const activation = activations.get(name);
  if (activation) return activation;
  throw badModel(
    `${model} cannot be used: its activation is ${quoted(name)}; ` +
      `supported are ${[...activations.keys()].join(', ')}.`,
  );
}

const kinds = ['full_attention', 'sliding_attention'];

/** Settings of families with sliding-window layers. */
export const slidingSchema = z.object({
  sliding_window: count.nullish(),
  layer_types: z
    .array(z.string().refine((kind) => kinds.includes(kind), `must be ${kinds.join(' or ')}`))
    .nullish(),
});

/** The layers of a family in which some have a sliding window, with one rotary embedding. */
export function slidingLayers(
  config: HubConfig & z.output<typeof slidingSchema>,
  model: string,
  isFull: (layer: number) => boolean,
  rope = ropeOf(config, model),
): LayerKind[] {
  const { num_hidden_layers: layers, sliding_window: window, layer_types: types } = config;
  if (window === null || window === undefined) return uniformLayers(layers, rope, undefined, model);
  requireLayerTypes(types, layers, model);
  return layerKinds(
    layers,
    { full: { rope, window: undefined }, windowed: { rope, window } },
    types ? (layer) => types[layer] === 'full_attention' : isFull,
    model,
  );
}

export function requireLayerTypes(
  types: readonly string[] | null | undefined,
  layers: number,
  model: string,
): void {
  if (!types || types.length === layers) return;
  refuse(model, `config.json gives ${types.length} layer_types for ${layers} layers`);
}
