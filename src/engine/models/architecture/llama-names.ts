import type { LayerNames } from './architecture.ts';

/** Weight names of Llama and of the families that use its module names. */
export const llamaNames = {
  layer: (index: number): LayerNames => {
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
      queryNorm: `${prefix}.self_attn.q_norm.weight`,
      keyNorm: `${prefix}.self_attn.k_norm.weight`,
      postAttentionNorm: `${prefix}.post_attention_layernorm.weight`,
      postMlpNorm: `${prefix}.post_feedforward_layernorm.weight`,
    };
  },
  embedding: 'model.embed_tokens.weight',
  finalNorm: 'model.norm.weight',
  languageHead: 'lm_head.weight',
  scoreHead: 'score.weight',
} as const;

const ggufModules: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

const ggufModelNames: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'model.norm.bias': 'output_norm.bias',
  'lm_head.weight': 'output.weight',
};

/** llama.cpp's name of a weight; `modules` overrides names for a family. */
export function llamaGgufName(
  name: string,
  modules: Readonly<Record<string, string>> = {},
): string | undefined {
  const layer = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
  if (!layer) return ggufModelNames[name];
  const [, index, module, kind] = layer;
  const own = modules[module!] ?? ggufModules[module!];
  return own && `blk.${index!}.${own}.${kind!}`;
}
