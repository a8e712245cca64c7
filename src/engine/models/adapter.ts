import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { NamedWeights } from './architecture/architecture.ts';
import { quoted } from './malformed.ts';
import { readConfig } from './read-config.ts';
import { openSafetensors } from './safetensors.ts';
import type { TensorFile } from './tensor-file.ts';

const configSchema = z.looseObject({
  peft_type: z.string(),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  fan_in_fan_out: z.boolean().nullish(),
  bias: z.string().nullish(),
  rank_pattern: z.record(z.string(), z.number().int().positive()).nullish(),
  alpha_pattern: z.record(z.string(), z.number().positive()).nullish(),
  base_model_name_or_path: z.string().nullish(),
});

/** PEFT settings that change the function of the same tensors from W + scale * B A. */
const unsupportedSettings = [
  'use_qalora',
  'use_bdlora',
  'lora_bias',
  'layer_replication',
  'alora_invocation_tokens',
  'arrow_config',
];

/**
 * A LoRA adapter in PEFT's layout (Hu et al. 2021): W + scale * B A, and weights that are replaced
 * as a whole.
 */
export interface Adapter {
  readonly name: string;
  /** Id or path of the base model, as its configuration names it. */
  readonly base: string | undefined;
  readonly files: readonly string[];
  /** Names of the weights that it changes or adds. */
  readonly weights: readonly string[];
  /**
   * The base's weights with the adapter's applied.
   * @param heads names of weights that the adapter may add
   * @throws TqError badModel if a weight of the adapter is not in the base or has another shape
   */
  apply(base: NamedWeights, heads: readonly string[]): NamedWeights;
  close(): Promise<void>;
}

const configFile = 'adapter_config.json';
const weightFile = 'adapter_model.safetensors';
const prefix = 'base_model.model.';

/** Whether a folder has PEFT's layout. */
export async function isAdapterFolder(path: string): Promise<boolean> {
  return stat(join(path, configFile)).then(
    (found) => found.isFile(),
    () => false,
  );
}

interface LowRank {
  readonly a: string;
  readonly b: string;
}

/** Rank of B A, and the factor it is added with. */
interface LoraScale {
  readonly rank: number;
  readonly scale: number;
}

/** Names of the adapter's tensors, by the name of the base weight that they change. */
interface Tensors {
  /** W + scale * B A */
  readonly lowRank: ReadonlyMap<string, LowRank>;
  /** Replaces W. */
  readonly whole: ReadonlyMap<string, string>;
}

export async function openAdapter(folder: string): Promise<Adapter> {
  const name = basename(folder);
  const config = await readConfig(join(folder, configFile), configSchema);
  const refuse = (what: string): never => {
    throw new TqError(ErrorCode.badModel, `The adapter ${name} cannot be used: ${what}.`);
  };
  if (config.peft_type !== 'LORA')
    refuse(`its type is ${quoted(config.peft_type)}; only LORA is supported`);
  if (config.use_dora) refuse('it is a DoRA adapter; only plain LoRA and rsLoRA are supported');
  if (config.fan_in_fan_out) refuse('fan_in_fan_out is set, which no supported model uses');
  if (config.bias && config.bias !== 'none')
    refuse(`bias ${quoted(config.bias)} is trained; only "none" is supported`);
  const other = unsupportedSettings.find((setting) => Boolean(config[setting]));
  if (other !== undefined) refuse(`${other} is set; only plain LoRA and rsLoRA are supported`);
  const patterns = [config.rank_pattern, config.alpha_pattern].flatMap((p) => Object.keys(p ?? {}));
  const regular = patterns.find((pattern) => !plainPattern.test(pattern));
  if (regular !== undefined) {
    refuse(
      `its pattern ${quoted(regular)} is a regular expression; only module names are supported`,
    );
  }
  const scaleOf = (weight: string): LoraScale => {
    const module = weight.replace(/\.weight$/, '');
    const rank = ofPattern(config.rank_pattern, module) ?? config.r;
    const alpha = ofPattern(config.alpha_pattern, module) ?? config.lora_alpha;
    return { rank, scale: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
  };

  const file = await openSafetensors(join(folder, weightFile));
  try {
    const { lowRank, whole } = sortTensors(file, name);
    return {
      name,
      base: config.base_model_name_or_path ?? undefined,
      files: [join(folder, configFile), join(folder, weightFile)],
      weights: [...lowRank.keys(), ...whole.keys()],
      apply: (base, heads) => {
        requireFit(base, file, { lowRank, whole }, { name, strengthOf: scaleOf, heads });
        return withAdapter(base, file, { lowRank, whole }, scaleOf);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** PEFT's patterns are regular expressions; most are just the end of a module's name. */
const plainPattern = /^[\w.]+$/;

/** The value of the first pattern that the module's name ends with, at a dot. */
function ofPattern(
  patterns: Readonly<Record<string, number>> | null | undefined,
  module: string,
): number | undefined {
  const found = Object.entries(patterns ?? {}).find(
    ([pattern]) => module === pattern || module.endsWith(`.${pattern}`),
  );
  return found?.[1];
}

function sortTensors(file: TensorFile, adapter: string): Tensors {
  const lowRank = new Map<string, LowRank>();
  const whole = new Map<string, string>();
  for (const tensor of file.tensors.keys()) {
    const bare = tensor.startsWith(prefix) ? tensor.slice(prefix.length) : tensor;
    const low = /^(.+)\.lora_(A|B)(?:\.default)?\.weight$/.exec(bare);
    if (!low) {
      whole.set(bare.replace(/\.modules_to_save(\.default)?/, ''), tensor);
      continue;
    }
    const other = tensor.replace(/lora_[AB]/, low[2] === 'A' ? 'lora_B' : 'lora_A');
    if (!file.tensors.has(other)) {
      throw new TqError(
        ErrorCode.badModel,
        `The adapter ${adapter} has ${tensor} but not ${other}; the file is incomplete.`,
      );
    }
    if (low[2] === 'A') lowRank.set(`${low[1]!}.weight`, { a: tensor, b: other });
  }
  return { lowRank, whole };
}

/** Checks that every weight of the adapter is used; ignoring one would give another model. */
function requireFit(
  base: NamedWeights,
  file: TensorFile,
  { lowRank, whole }: Tensors,
  {
    name: adapter,
    strengthOf,
    heads,
  }: { name: string; strengthOf: (weight: string) => LoraScale; heads: readonly string[] },
): void {
  const wrong = (what: string): never => {
    throw new TqError(
      ErrorCode.badModel,
      `The adapter ${adapter} does not fit the model: ${what}.`,
    );
  };
  for (const [name, tensor] of whole) {
    if (!base.has(name) && !heads.includes(name)) {
      wrong(`the model has no weight for its ${tensor}`);
    }
  }
  for (const [name, { a, b }] of lowRank) {
    if (!base.has(name)) wrong(`the model has no weight ${name}`);
    const shape = base.shape(name);
    const { rank } = strengthOf(name);
    const [aShape, bShape] = [file.tensors.get(a)!.shape, file.tensors.get(b)!.shape];
    const expected = [rank, shape[1], shape[0], rank];
    if (shape.length === 2 && [...aShape, ...bShape].join() === expected.join()) continue;
    const [foundA, foundB, own] = [aShape, bShape, shape].map((dims) => `[${dims.join(', ')}]`);
    wrong(`${a} ${foundA} and ${b} ${foundB} of rank ${rank} cannot change ${name} ${own}`);
  }
}

function withAdapter(
  base: NamedWeights,
  file: TensorFile,
  { lowRank, whole }: Tensors,
  strengthOf: (weight: string) => LoraScale,
): NamedWeights {
  return {
    has: (name) => whole.has(name) || base.has(name),
    shape(name) {
      const own = whole.get(name);
      return own === undefined ? base.shape(name) : file.tensors.get(own)!.shape;
    },
    async read(name, start, count) {
      const own = whole.get(name);
      if (own !== undefined) return file.read(own, start, count);
      const rows = await base.read(name, start, count);
      const low = lowRank.get(name);
      if (!low) return rows;
      const columns = base.shape(name)[1]!;
      const { scale } = strengthOf(name);
      addProduct(
        rows,
        await file.read(low.b, start, count),
        await file.read(low.a),
        columns,
        scale,
      );
      return rows;
    },
  };
}

/** rows += scale * B A, with B [rows, rank] and A [rank, columns]. */
function addProduct(
  rows: Float32Array,
  b: Float32Array,
  a: Float32Array,
  columns: number,
  scale: number,
): void {
  const rank = a.length / columns;
  for (let row = 0; row < rows.length / columns; row++) {
    for (let k = 0; k < rank; k++) {
      const factor = scale * b[row * rank + k]!;
      for (let c = 0; c < columns; c++) {
        rows[row * columns + c] = rows[row * columns + c]! + factor * a[k * columns + c]!;
      }
    }
  }
}
