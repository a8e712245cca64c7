import { z } from 'zod';
import type { Architecture, DecoderShape, LayerNames, NamedWeights } from './architecture.ts';
import { GgufConfig } from './gguf-config.ts';
import { activationOf, parseConfig } from './hub-config.ts';
import { ropeScalingSchema, rotaryEmbedding } from './rope.ts';
import { checkedShape, refuse, requireHeadSize, uniformLayers, type ShapeParts } from './shape.ts';

const count = z.number().int().positive();

const configSchema = z.looseObject({
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  vocab_size: count,
  max_position_embeddings: count,
  layer_norm_eps: z.number().positive(),
  rotary_pct: z.number().positive().max(1).optional(),
  rotary_emb_base: z.number().positive().optional(),
  rope_scaling: ropeScalingSchema,
  rope_parameters: ropeScalingSchema,
  hidden_act: z.string().default('gelu'),
  use_parallel_residual: z.boolean().default(true),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
});

/** How GPT-NeoX differs from Llama. */
const ownParts = { norm: 'layer', gated: false } satisfies Partial<ShapeParts>;

function shapeFromConfig(raw: unknown, model: string): DecoderShape {
  const config = parseConfig(configSchema, raw, model);
  const { hidden_size: hidden, num_attention_heads: heads, num_hidden_layers: layers } = config;
  const headDim = hidden / heads;
  requireHeadSize(headDim, model);
  const scaling = config.rope_scaling ?? config.rope_parameters;
  const fraction = scaling?.partial_rotary_factor ?? config.rotary_pct ?? 0.25;
  const dimensions = Math.floor(headDim * fraction);
  if (dimensions % 2 !== 0 || dimensions === 0) {
    refuse(
      model,
      `${dimensions} dimensions of each head are rotated; it must be an even number above 0`,
    );
  }
  const rope = rotaryEmbedding(
    {
      theta: scaling?.rope_theta ?? config.rotary_emb_base ?? 10_000,
      dimensions,
      scaling,
      positions: config.max_position_embeddings,
    },
    model,
  );
  return checkedShape(
    {
      ...ownParts,
      family: 'gpt_neox',
      layers,
      hidden,
      heads,
      kvHeads: heads,
      headDim,
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
      contextLength: config.max_position_embeddings,
      normEpsilon: config.layer_norm_eps,
      layerKinds: uniformLayers(layers, rope, undefined, model),
      activation: activationOf(config.hidden_act, model),
      parallel: config.use_parallel_residual,
      biases: { qkv: config.attention_bias, output: config.attention_bias, mlp: true },
      tiedHead: config.tie_word_embeddings,
    },
    model,
  );
}

function shapeFromGguf(
  metadata: ReadonlyMap<string, unknown>,
  has: (tensor: string) => boolean,
  model: string,
): DecoderShape {
  const gguf = new GgufConfig(metadata, 'gptneox', model);
  return checkedShape(
    {
      ...ownParts,
      ...gguf.shape('gpt_neox'),
      layerKinds: gguf.layers(),
      normEpsilon: gguf.number('attention.layer_norm_epsilon'),
      activation: 'gelu',
      parallel: gguf.flag('use_parallel_residual', true),
      biases: {
        qkv: has('blk.0.attn_qkv.bias'),
        output: has('blk.0.attn_output.bias'),
        mlp: true,
      },
    },
    model,
  );
}

const ggufModules: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'attention.query_key_value': 'attn_qkv',
  'attention.dense': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.dense_h_to_4h': 'ffn_up',
  'mlp.dense_4h_to_h': 'ffn_down',
};

const ggufModelNames: Readonly<Record<string, string>> = {
  'gpt_neox.embed_in.weight': 'token_embd.weight',
  'gpt_neox.final_layer_norm.weight': 'output_norm.weight',
  'gpt_neox.final_layer_norm.bias': 'output_norm.bias',
  'embed_out.weight': 'output.weight',
};

function ggufName(name: string): string | undefined {
  const layer = /^gpt_neox\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
  if (!layer) return ggufModelNames[name];
  const module = ggufModules[layer[2]!];
  return module && `blk.${layer[1]!}.${module}.${layer[3]!}`;
}

const parts = ['query', 'key', 'value'];
const splitName = /^(.+\.attention\.)(query|key|value)\.(weight|bias)$/;

/**
 * Splits query_key_value, whose rows are a head's queries, keys and values, then the next head's.
 */
function split(weights: NamedWeights, { heads, headDim }: DecoderShape): NamedWeights {
  const whole = (name: string): { stored: string; part: number } | undefined => {
    const found = splitName.exec(name);
    if (!found) return undefined;
    return {
      stored: `${found[1]!}query_key_value.${found[3]!}`,
      part: parts.indexOf(found[2]!),
    };
  };
  return {
    has: (name) => weights.has(whole(name)?.stored ?? name),
    shape(name) {
      const found = whole(name);
      if (!found) return weights.shape(name);
      const [rows, ...rest] = weights.shape(found.stored);
      return [rows! / 3, ...rest];
    },
    async read(name, start = 0, wanted) {
      const found = whole(name);
      if (!found) return weights.read(name, start, wanted);
      const all = await weights.read(found.stored);
      const columns = all.length / (3 * heads * headDim);
      const rows = new Float32Array(all.length / 3);
      for (let head = 0; head < heads; head++) {
        const from = (3 * head + found.part) * headDim * columns;
        rows.set(all.subarray(from, from + headDim * columns), head * headDim * columns);
      }
      return rows.subarray(start * columns, (start + (wanted ?? heads * headDim)) * columns);
    },
  };
}

function layer(index: number): LayerNames {
  const prefix = `gpt_neox.layers.${index}`;
  return {
    attentionNorm: `${prefix}.input_layernorm.weight`,
    query: `${prefix}.attention.query.weight`,
    key: `${prefix}.attention.key.weight`,
    value: `${prefix}.attention.value.weight`,
    output: `${prefix}.attention.dense.weight`,
    mlpNorm: `${prefix}.post_attention_layernorm.weight`,
    up: `${prefix}.mlp.dense_h_to_4h.weight`,
    down: `${prefix}.mlp.dense_4h_to_h.weight`,
  };
}

/**
 * GPT-NeoX (Pythia): LayerNorm, biases, an MLP without a gate, partly rotated heads, and attention
 * parallel to the MLP.
 */
export const gptNeox: Architecture = {
  family: 'gpt_neox',
  modelTypes: ['gpt_neox'],
  ggufArchitectures: ['gptneox'],
  shapeFromConfig,
  gguf: {
    shape: shapeFromGguf,
    name: ggufName,
    // llama.cpp puts all queries first, then all keys, then all values.
    rowOrder: (name, { heads, headDim }) =>
      name.includes('query_key_value')
        ? (row) => {
            const [head, inHead] = [Math.floor(row / (3 * headDim)), row % (3 * headDim)];
            const part = Math.floor(inHead / headDim);
            return (part * heads + head) * headDim + (inHead % headDim);
          }
        : undefined,
  },
  split,
  joined: (index) => [`gpt_neox.layers.${index}.attention.query_key_value.weight`],
  layer,
  embedding: 'gpt_neox.embed_in.weight',
  finalNorm: 'gpt_neox.final_layer_norm.weight',
  languageHead: 'embed_out.weight',
  scoreHead: 'score.weight',
};
