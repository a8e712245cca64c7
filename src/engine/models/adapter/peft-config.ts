import { z } from 'zod';
import { badModel, quoted } from '../malformed.ts';

const factors = z.record(z.string(), z.number().positive()).nullish();
const modules = z.union([z.array(z.string()), z.string()]).nullish();
const tokenIds = z.array(z.number().int().nonnegative());

export const peftConfigSchema = z.looseObject({
  peft_type: z.string().nullish(),
  r: z.number().int().positive().default(8),
  lora_alpha: z.number().positive().default(8),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  fan_in_fan_out: z.boolean().nullish(),
  bias: z.string().nullish(),
  init_lora_weights: z.union([z.boolean(), z.string()]).nullish(),
  rank_pattern: z.record(z.string(), z.number().int().positive()).nullish(),
  alpha_pattern: factors,
  modules_to_save: modules,
  target_parameters: modules,
  ensure_weight_tying: z.boolean().nullish(),
  trainable_token_indices: z.union([tokenIds, z.record(z.string(), tokenIds)]).nullish(),
  base_model_name_or_path: z.string().nullish(),
});
export type PeftConfig = z.output<typeof peftConfigSchema>;

/** PEFT settings that change the function of the same tensors from W + scale * B A. */
const unsupportedSettings = [
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'layer_replication',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
];

/** Starts of an adapter that leave the base model's weights unchanged when PEFT loads it. */
const plainStarts = ['gaussian', 'eva', 'orthogonal', 'mica', 'lora_ga', 'true', 'false'];

/** @throws TqError badModel for a configuration that computes something else */
export function requireSupported(config: PeftConfig, adapter: string): void {
  const refuse = (what: string): never => {
    throw badModel(`The adapter ${adapter} cannot be used: ${what}.`);
  };
  const { peft_type: type, bias, target_parameters: parameters } = config;
  if (type === undefined || type === null) {
    refuse(
      'fine_tune_type' in config
        ? 'it is an MLX adapter; merge it into its model with mlx_lm.fuse, or save it with PEFT'
        : 'its adapter_config.json has no peft_type; it must be a LORA adapter of PEFT',
    );
  }
  if (type !== 'LORA') {
    refuse(
      `its type is ${String(type)}; only LORA is supported, so merge it into its model with PEFT's merge_and_unload and save the model`,
    );
  }
  if (config.fan_in_fan_out) refuse('fan_in_fan_out is set, which no supported model uses');
  if (bias && bias !== 'none') refuse(`bias "${bias}" is trained; only "none" is supported`);
  if (parameters && parameters.length > 0) {
    refuse(
      `target_parameters is set (${quoted([parameters].flat().join(', '))}); only linear layers and embeddings are supported`,
    );
  }
  const other = unsupportedSettings.find((setting) => Boolean(config[setting]));
  if (other !== undefined) {
    refuse(`${other} is set; only LoRA, rsLoRA and DoRA are supported`);
  }
  requireKnownStart(config, refuse);
  for (const name of ['rank_pattern', 'alpha_pattern'] as const) {
    const complex = Object.keys(config[name] ?? {}).find((pattern) => !isSimplePattern(pattern));
    if (complex === undefined) continue;
    refuse(
      `its ${name} has ${quoted(complex)}; only module names and regular expressions without repeated groups are supported`,
    );
  }
}

function requireKnownStart(
  { init_lora_weights: start }: PeftConfig,
  refuse: (what: string) => never,
): void {
  if (typeof start !== 'string') return;
  const name = start.toLowerCase();
  if (start === 'pissa' || name === 'olora' || plainStarts.includes(name)) return;
  const why = /^pissa_niter_/u.test(start)
    ? 'PEFT takes a part off the base model that it finds with random numbers'
    : 'PEFT takes a part off the base model that the adapter does not contain';
  refuse(
    `its init_lora_weights is ${quoted(start)}, for which ${why}; save it with PEFT's save_pretrained(..., path_initial_model_for_weight_conversion=...), or merge it into its model and save the model`,
  );
}

/** Repetitions that a pattern may have: a match takes a time of this power of the name's length. */
const maxRepetitions = 3;

/**
 * Whether a regular expression is safe to match: no repeated groups, look-around or references, and
 * few repetitions.
 */
function isSimplePattern(pattern: string): boolean {
  if (pattern.length > 1000 || /\)[*+?{]|\(\?(?!:)|\\[1-9kpP]/u.test(pattern)) return false;
  if ((pattern.match(/[*+{]/gu) ?? []).length > maxRepetitions) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

/**
 * The value of the first pattern that matches a module's name or its end after a dot, as PEFT finds
 * it.
 */
export function ofPattern(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
): number | undefined {
  const found = Object.entries(patterns ?? {}).find(([pattern]) =>
    new RegExp(`^(.*\\.)?(${pattern})$`, 'u').test(module),
  );
  return found?.[1];
}

/** Rank of B A, and the factor it is added with. */
export interface LoraScale {
  readonly rank: number;
  readonly scale: number;
}

/** @param module name of a module of the base model */
export function scaleOf(config: PeftConfig, module: string): LoraScale {
  const rank = ofPattern(config.rank_pattern, module) ?? config.r;
  const alpha = ofPattern(config.alpha_pattern, module) ?? config.lora_alpha;
  return { rank, scale: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
}

/** Whether PEFT trains a copy of a module, or of one that contains it. */
export function isSavedModule({ modules_to_save: saved }: PeftConfig, module: string): boolean {
  const parts = module.split('.');
  const containing = parts.map((_, i) => parts.slice(0, i + 1).join('.'));
  return [saved ?? []].flat().some((end) => containing.some((name) => name.endsWith(end)));
}

/** Ids of the tokens whose rows a module's embedding replaces. */
export function tokenIdsOf(
  { trainable_token_indices: indices }: PeftConfig,
  module: string,
): readonly number[] | undefined {
  if (!indices || Array.isArray(indices)) return indices ?? undefined;
  return Object.entries(indices).find(([end]) => module.endsWith(end))?.[1];
}
