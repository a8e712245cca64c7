import { z } from 'zod';
import type { Architecture, DecoderShape } from './architecture.ts';
import { hubConfigSchema, ropeOf, type HubConfig } from './hub-config.ts';
import { ggufBiases, llamaLike } from './llama-like.ts';
import { llamaNames } from './llama-names.ts';
import { refuse, uniformLayers, type ShapeParts } from './shape.ts';
import { interleavedQueryKey, splitRows, type RowRange } from './weight-rows.ts';

const factor = z.number().positive().default(1);

const commonSchema = hubConfigSchema.extend({
  embedding_multiplier: factor,
  attention_multiplier: factor,
  residual_multiplier: factor,
  logits_scaling: factor,
  attention_bias: z.boolean().nullish(),
});
const configSchema = commonSchema.extend({ mlp_bias: z.boolean().nullish() });
const denseSchema = commonSchema.extend({
  shared_intermediate_size: z.number().int().positive().default(1024),
  num_local_experts: z.number().int().nonnegative().nullish(),
  position_embedding_type: z.string().nullish(),
  layer_types: z.array(z.string()).nullish(),
  layers_block_type: z.array(z.string()).nullish(),
});
type DenseConfig = z.output<typeof denseSchema>;

function factorsOf(config: z.output<typeof commonSchema>): Partial<ShapeParts> {
  return {
    embeddingScale: config.embedding_multiplier,
    scoreScale: config.attention_multiplier,
    residualScale: config.residual_multiplier,
    logitScale: 1 / config.logits_scaling,
  };
}

function layersOf(config: HubConfig, rotates: boolean, model: string) {
  const kinds = uniformLayers(config.num_hidden_layers, ropeOf(config, model), undefined, model);
  return rotates ? kinds : kinds.map((kind) => ({ ...kind, rope: undefined }));
}

/** Granite 3, and dense Granite 4 in GGUF files: Llama with factors at four places. */
export const granite: Architecture = llamaLike({
  family: 'granite',
  schema: configSchema,
  hub: (config, model) => ({
    ...factorsOf(config),
    layerKinds: layersOf(config, true, model),
    biases: {
      qkv: config.attention_bias ?? false,
      output: config.attention_bias ?? false,
      mlp: config.mlp_bias ?? false,
    },
  }),
  gguf: (gguf, has) => ({
    // Granite 4 writes in this way that its layers do not rotate.
    layerKinds: gguf.flag('rope.scaling.finetuned', true)
      ? gguf.layers()
      : gguf.layers().map((kind) => ({ ...kind, rope: undefined })),
    embeddingScale: gguf.number('embedding_scale', 1),
    scoreScale: gguf.number('attention.scale', 1 / Math.sqrt(gguf.headDim)),
    residualScale: gguf.number('residual_scale', 1),
    logitScale: 1 / gguf.number('logit_scale', 1),
    biases: ggufBiases(has),
  }),
  layout: { rowOrder: interleavedQueryKey },
});

function requireDense(config: DenseConfig, model: string): void {
  if (config.num_local_experts !== 0) {
    refuse(
      model,
      `it is a mixture of ${config.num_local_experts ?? 8} experts, which is not supported; use a dense Granite`,
    );
  }
  const types = config.layer_types ?? config.layers_block_type ?? ['mamba'];
  if (!types.every((type) => type === 'attention' || type === 'full_attention')) {
    refuse(
      model,
      'some of its layers (Mamba 2) keep a recurrent state, which branches of a text cannot share; ' +
        'use a Granite without "h" in its name',
    );
  }
}

const mlpName = /^(.+\.shared_mlp\.)(gate|up)\.weight$/;

/** Gate and up projection are one weight. */
function partOf(name: string, { intermediate }: DecoderShape): RowRange | undefined {
  const [, prefix, part] = mlpName.exec(name) ?? [];
  if (prefix === undefined) return undefined;
  const start = part === 'gate' ? 0 : intermediate;
  return { stored: `${prefix}input_linear.weight`, start, count: intermediate };
}

/**
 * Dense Granite 4 (micro, 1B, 350M) as a folder: a hybrid of mixtures and Mamba layers with neither
 * experts nor such layers. Its GGUF files have the architecture `granite`.
 */
export const granite4: Architecture = {
  ...llamaLike({
    family: 'granitemoehybrid',
    schema: denseSchema,
    hub(config, model) {
      requireDense(config, model);
      return {
        ...factorsOf(config),
        intermediate: config.shared_intermediate_size,
        layerKinds: layersOf(config, config.position_embedding_type === 'rope', model),
        biases: {
          qkv: config.attention_bias ?? false,
          output: config.attention_bias ?? false,
          mlp: false,
        },
      };
    },
    gguf: () => ({}),
  }),
  ggufArchitectures: [],
  layer: (index) => ({
    ...llamaNames.layer(index),
    gate: `model.layers.${index}.shared_mlp.gate.weight`,
    up: `model.layers.${index}.shared_mlp.up.weight`,
    down: `model.layers.${index}.shared_mlp.output_linear.weight`,
  }),
  split: (weights, shape) => splitRows(weights, (name) => partOf(name, shape)),
};
