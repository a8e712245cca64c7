import type { GgufFile } from './gguf/gguf-file.ts';
import { badModel, quoted } from './malformed.ts';
import type { TensorFile } from './tensor-file.ts';

type Settings = Readonly<Record<string, unknown>>;

const original = 'use the model that it was made from, in F32, F16 or BF16, or a GGUF file of it';

function refuse(model: string, what: string): never {
  throw badModel(`${model} cannot be used: ${what}.`);
}

/** Families that read a whole text at once: they embed or classify it, and write none. */
const encoder =
  /^(?:.*bert.*|.*roberta.*|mpnet|electra|ernie|camembert|new|nomic.*|gemma-embedding|t5encoder|clip_text_model)$/u;
const encoderDecoder = /^(?:u?m?t5|bart|mbart|pegasus|marian|m2m_100|led|prophetnet|whisper)$/u;

/** @throws TqError badModel for a family that never writes text from left to right */
export function requireDecoder(family: unknown, model: string): void {
  if (typeof family !== 'string') return;
  if (encoder.test(family)) {
    refuse(
      model,
      `it is an encoder (${family}), which embeds or classifies texts and writes none; use a language model`,
    );
  }
  if (encoderDecoder.test(family)) {
    refuse(
      model,
      `it has an encoder and a decoder (${family}); only models that are decoders alone are supported`,
    );
  }
}

const expertCounts = [
  'num_local_experts',
  'num_experts',
  'n_routed_experts',
  'moe_num_experts',
  'num_moe_experts',
];

function refuseExperts(model: string, count: unknown): never {
  return refuse(
    model,
    `it is a mixture of ${String(count)} experts, which is not supported; use a dense model of the same family`,
  );
}

/** A number, or the largest of a list with an entry for each layer. */
function expertsOf(setting: unknown): number {
  return Math.max(0, ...[setting].flat().map((each) => Number(each) || 0));
}

/**
 * Refuses what a config.json says is no plain decoder: quantised weights, mixtures of experts,
 * encoders, models without a language head.
 * @throws TqError badModel naming the reason and the way on
 */
export function requirePlainConfig(config: Settings, model: string): void {
  requireDecoder(config.model_type, model);
  if (config.is_encoder_decoder === true) requireDecoder('t5', model);
  const text = isSettings(config.text_config) ? config.text_config : {};
  const quantisation = quantisationOf(config) ?? quantisationOf(text);
  if (quantisation !== undefined) {
    refuse(
      model,
      `its config.json says that its weights are quantised with ${quantisation}, which is not supported; ${original}`,
    );
  }
  // Dense models of Hunyuan have one expert; a family of mixtures has a router for one as well.
  const most = /moe/u.test(String(config.model_type)) ? 0 : 1;
  for (const settings of [config, text]) {
    const key = expertCounts.find((name) => expertsOf(settings[name]) > most);
    if (key !== undefined) refuseExperts(model, settings[key]);
  }
  requireHead(config.architectures, model);
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quantisationOf(config: Settings): string | undefined {
  const { quantization_config: given, quantization, compression_config: compression } = config;
  if (isSettings(given) && Object.keys(given).length > 0) {
    const bits =
      given.load_in_4bit === true ? ' in 4 bits' : given.load_in_8bit === true ? ' in 8 bits' : '';
    const method = given.quant_method ?? (bits === '' ? 'an unnamed method' : 'bitsandbytes');
    return `${String(method)}${bits}`;
  }
  if (isSettings(compression)) return 'compressed-tensors';
  // MLX writes both keys.
  return isSettings(quantization) && 'bits' in quantization ? 'MLX' : undefined;
}

/** Endings of the classes that transformers saves for other tasks. */
const otherTask = /For(?:TokenClassification|QuestionAnswering|MaskedLM|MultipleChoice)$/u;
const withoutHead = /^(?!.*(?:LMHead|Reward)).*Model$/u;

function requireHead(architectures: unknown, model: string): void {
  const [name] = Array.isArray(architectures) ? (architectures as unknown[]) : [];
  if (typeof name !== 'string') return;
  if (withoutHead.test(name)) {
    refuse(
      model,
      `it is a ${name}, which embeds texts and has no language head; use a model for text generation`,
    );
  }
  if (otherTask.test(name)) {
    refuse(
      model,
      `it is a ${name}; only models for text generation and sequence classification are supported`,
    );
  }
}

/** Names of tensors that only quantised folders have. */
const quantisedTensors: readonly (readonly [name: RegExp, method: string])[] = [
  [/\.weight\.(?:absmax|quant_state\b.*|quant_map)$|\.SCB$/u, 'bitsandbytes'],
  [/\.weight_(?:packed|shape|zero_point)$/u, 'compressed-tensors'],
  [/\.(?:qweight|qzeros|g_idx)$/u, 'GPTQ or AWQ'],
  [/\.weight_scale(?:_inv|_2)?$/u, 'FP8'],
  [/\.(?:embed_tokens|[a-z]+_proj)\.(?:scales|biases)$/u, 'MLX'],
];

/**
 * Refuses a folder whose tensors are quantised, whatever its config.json says.
 * @throws TqError badModel
 */
export function requirePlainTensors({ tensors }: TensorFile, model: string): void {
  for (const name of tensors.keys()) {
    const method = quantisedTensors.find(([pattern]) => pattern.test(name))?.[1];
    if (method !== undefined) {
      refuse(
        model,
        `its weights are quantised with ${method} (${quoted(name)}), which is not supported; ${original}`,
      );
    }
    if (/\.experts\.(?:\d+\.|gate_up_proj|down_proj)/u.test(name)) refuseExperts(model, 'several');
  }
}

/** Kinds of GGUF files that are no models, by `general.type`, and the way on. */
const otherKinds: Readonly<Record<string, string>> = {
  adapter: 'it is a LoRA adapter; an adapter is used together with its base model',
  mmproj:
    'it is the projector of a multimodal model, which only reads images or sound; use the GGUF file of the language model',
  imatrix:
    'it is an importance matrix, which llama.cpp uses to quantise; use the GGUF file of the model',
};

/**
 * Refuses a GGUF file that is no plain decoder.
 * @throws TqError badModel naming the reason and the way on
 */
export function requirePlainGguf({ metadata, tensors }: GgufFile, model: string): void {
  const architecture = metadata.get('general.architecture');
  const kind = architecture === 'clip' ? 'mmproj' : metadata.get('general.type');
  const other = typeof kind === 'string' ? otherKinds[kind] : undefined;
  if (other !== undefined) refuse(model, other);
  if (architecture === undefined) {
    refuse(
      model,
      'its metadata has no general.architecture, so it is no model of llama.cpp; use a GGUF file of a language model',
    );
  }
  if (tensors.size === 0) {
    refuse(model, 'it has a vocabulary and no weights; use the GGUF file of the whole model');
  }
  requireDecoder(architecture, model);
  const setting = (key: string): unknown => metadata.get(`${String(architecture)}.${key}`);
  const names = [...tensors.keys()];
  if (Number(setting('expert_count')) > 1) refuseExperts(model, setting('expert_count'));
  if (names.some((name) => /\.ffn_(?:\w+_exps|gate_inp)\b/u.test(name))) {
    refuseExperts(model, 'several');
  }
  const pooling = Number(setting('pooling_type') ?? 0);
  if (pooling === 4 || names.some((name) => /^cls(?:\.|_)/u.test(name))) {
    refuse(
      model,
      'it is a model that scores texts, as GGUF; use the same reward model as a folder with config.json and safetensors',
    );
  }
  if (pooling > 0 || setting('attention.causal') === false) {
    refuse(model, 'it embeds texts and writes none; use a language model');
  }
}
