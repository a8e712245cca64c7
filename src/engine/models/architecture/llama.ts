import { z } from 'zod';
import { ErrorCode, TqError } from '../../../protocol/errors.ts';
import type { Architecture, DecoderShape, LayerNames } from './architecture.ts';
import { inverseFrequencies, ropeScalingSchema } from './rope.ts';

const count = z.number().int().positive();

const configSchema = z.looseObject({
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.optional(),
  head_dim: count.nullish(),
  vocab_size: count,
  max_position_embeddings: count,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().optional(),
  rope_scaling: ropeScalingSchema,
  rope_parameters: ropeScalingSchema,
  attention_bias: z.boolean().optional(),
  mlp_bias: z.boolean().optional(),
  hidden_act: z.string().optional(),
});

/** The rotary tables grow with the context; longer contexts than this are not offered. */
const longestContext = 32_768;

/** Published models have heads of 32 to 256. */
const largestHead = 1024;

function refuse(model: string, what: string): never {
  throw new TqError(ErrorCode.badModel, `${model} cannot be used: ${what}.`);
}

function checked(shape: DecoderShape, model: string): DecoderShape {
  for (const [name, value] of Object.entries({ ...shape, normEpsilon: 1 })) {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) continue;
    refuse(model, `its ${name} is ${value}, a whole number is needed`);
  }
  if (shape.heads % shape.kvHeads !== 0) {
    refuse(model, `${shape.heads} attention heads cannot share ${shape.kvHeads} key/value heads`);
  }
  return shape;
}

/** Looked at before tables of this size are made. */
function requireHeadSize(headDim: number, model: string): void {
  if (Number.isInteger(headDim) && headDim % 2 === 0 && headDim <= largestHead) return;
  refuse(model, `head size ${headDim} is not an even number of at most ${largestHead}`);
}

function shapeFromConfig(raw: unknown, model: string): DecoderShape {
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    refuse(model, `config.json has a wrong "${issue.path.join('.')}" (${issue.message})`);
  }
  const config = parsed.data;
  if (config.attention_bias || config.mlp_bias) refuse(model, 'its linear layers have biases');
  const activation = config.hidden_act ?? 'silu';
  if (activation !== 'silu') refuse(model, `activation "${activation}" is not silu`);
  const headDim = config.head_dim ?? config.hidden_size / config.num_attention_heads;
  requireHeadSize(headDim, model);
  const scaling = config.rope_scaling ?? config.rope_parameters;
  const theta = z.number().positive().catch(10_000).parse(config.rope_theta ?? config.rope_parameters?.rope_theta);
  return checked(
    {
      family: 'llama',
      layers: config.num_hidden_layers,
      hidden: config.hidden_size,
      heads: config.num_attention_heads,
      kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
      headDim,
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
      contextLength: Math.min(config.max_position_embeddings, longestContext),
      normEpsilon: config.rms_norm_eps,
      rope: { inverseFrequencies: inverseFrequencies(theta, headDim, scaling, model) },
    },
    model,
  );
}

function shapeFromGguf(metadata: ReadonlyMap<string, unknown>, model: string): DecoderShape {
  const number = (key: string, fallback?: number): number => {
    const value = metadata.get(`llama.${key}`) ?? fallback;
    if (typeof value !== 'number' || !(value > 0)) {
      refuse(model, `GGUF metadata llama.${key} is ${String(value)}, a positive number is needed`);
    }
    return value;
  };
  const heads = number('attention.head_count');
  const hidden = number('embedding_length');
  const headDim = number('attention.key_length', hidden / heads);
  requireHeadSize(headDim, model);
  const rotated = number('rope.dimension_count', headDim);
  if (rotated !== headDim) {
    refuse(model, `${rotated} of each head's ${headDim} dimensions are rotated; all must be`);
  }
  const scalingType = metadata.get('llama.rope.scaling.type');
  const scaling =
    typeof scalingType === 'string' && scalingType !== 'none'
      ? { rope_type: scalingType, factor: number('rope.scaling.factor', 1) }
      : undefined;
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const vocabulary = number('vocab_size', Array.isArray(tokens) ? tokens.length : undefined);
  return checked(
    {
      family: 'llama',
      layers: number('block_count'),
      hidden,
      heads,
      kvHeads: number('attention.head_count_kv', heads),
      headDim,
      intermediate: number('feed_forward_length'),
      vocabulary,
      contextLength: Math.min(number('context_length'), longestContext),
      normEpsilon: number('attention.layer_norm_rms_epsilon'),
      rope: {
        inverseFrequencies: inverseFrequencies(
          number('rope.freq_base', 10_000),
          headDim,
          scaling,
          model,
        ),
      },
    },
    model,
  );
}

const ggufLayerNames: Readonly<Record<string, string>> = {
  'input_layernorm.weight': 'attn_norm.weight',
  'self_attn.q_proj.weight': 'attn_q.weight',
  'self_attn.k_proj.weight': 'attn_k.weight',
  'self_attn.v_proj.weight': 'attn_v.weight',
  'self_attn.o_proj.weight': 'attn_output.weight',
  'post_attention_layernorm.weight': 'ffn_norm.weight',
  'mlp.gate_proj.weight': 'ffn_gate.weight',
  'mlp.up_proj.weight': 'ffn_up.weight',
  'mlp.down_proj.weight': 'ffn_down.weight',
};

const ggufModelNames: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
};

function ggufName(name: string): string | undefined {
  const layer = /^model\.layers\.(\d+)\.(.+)$/.exec(name);
  if (!layer) return ggufModelNames[name];
  const inLayer = ggufLayerNames[layer[2]!];
  return inLayer && `blk.${layer[1]!}.${inLayer}`;
}

function layer(index: number): LayerNames {
  const prefix = `model.layers.${index}`;
  return {
    attentionNorm: `${prefix}.input_layernorm.weight`,
    query: `${prefix}.self_attn.q_proj.weight`,
    key: `${prefix}.self_attn.k_proj.weight`,
    value: `${prefix}.self_attn.v_proj.weight`,
    output: `${prefix}.self_attn.o_proj.weight`,
    mlpNorm: `${prefix}.post_attention_layernorm.weight`,
    gate: `${prefix}.mlp.gate_proj.weight`,
    up: `${prefix}.mlp.up_proj.weight`,
    down: `${prefix}.mlp.down_proj.weight`,
  };
}

/** Llama 1 to 3 and models of the same architecture (SmolLM2, TinyLlama, Vicuna). */
export const llama: Architecture = {
  family: 'llama',
  modelTypes: ['llama'],
  ggufArchitectures: ['llama'],
  shapeFromConfig,
  shapeFromGguf,
  ggufName,
  ggufPermutedHeads(name, shape) {
    if (name.endsWith('q_proj.weight')) return shape.heads;
    if (name.endsWith('k_proj.weight')) return shape.kvHeads;
    return undefined;
  },
  layer,
  embedding: 'model.embed_tokens.weight',
  finalNorm: 'model.norm.weight',
  languageHead: 'lm_head.weight',
  scoreHead: 'score.weight',
};
