import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { modelName } from '../hub-cache.ts';
import { badModel } from '../malformed.ts';
import { readConfig } from '../read-config.ts';
import { openSafetensors } from '../safetensors.ts';
import type { TensorFile } from '../tensor-file.ts';
import {
  hasTiedHead,
  type Adapter,
  type AdapterBase,
  type Changes,
  type LowRank,
  type Matrix,
  type WeightChange,
} from './changes.ts';
import { requireFit } from './fit.ts';
import {
  isSavedModule,
  peftConfigSchema,
  requireSupported,
  scaleOf,
  tokenIdsOf,
  type LoraScale,
  type PeftConfig,
} from './peft-config.ts';
import { matrixOf, sortTensors, transposed, type ModuleTensors } from './peft-tensors.ts';

export const configFile = 'adapter_config.json';
export const weightFile = 'adapter_model.safetensors';
const pickleFile = 'adapter_model.bin';

/** Whether a folder has PEFT's layout. */
export async function isPeftFolder(path: string): Promise<boolean> {
  return isFile(join(path, configFile));
}

/**
 * Opens an adapter that PEFT saved: LoRA, rsLoRA or DoRA, with weights and token rows that are
 * replaced, and with a start that PEFT takes off the base (PiSSA, OLoRA).
 */
export async function openPeftAdapter(folder: string): Promise<Adapter> {
  const name = modelName(folder);
  const config = await readConfig(join(folder, configFile), peftConfigSchema);
  requireSupported(config, name);
  const weights = join(folder, weightFile);
  if (!(await isFile(weights)) && (await isFile(join(folder, pickleFile)))) {
    throw badModel(
      `The adapter ${name} stores its weights in ${pickleFile}, a pickle file, which can run code when opened and is never used; load it with PEFT and save it with save_pretrained, which writes ${weightFile}.`,
    );
  }
  const file = await openSafetensors(weights);
  try {
    const tensors = sortTensors(file, name);
    return {
      name,
      base: config.base_model_name_or_path ?? undefined,
      files: [join(folder, configFile), weights],
      tokenizerFolder: folder,
      changes: (base) => changesOf(base, { name, config, file, tensors }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

interface Content {
  readonly name: string;
  readonly config: PeftConfig;
  readonly file: TensorFile;
  readonly tensors: ReadonlyMap<string, ModuleTensors>;
}

function changesOf(base: AdapterBase, content: Content): Changes {
  const changes = new Map<string, WeightChange>();
  for (const [weight, parts] of content.tensors) {
    changes.set(baseName(base, weight), changeOf(weight, parts, content));
  }
  if (hasTiedHead(base)) splitHead(base, changes, content);
  requireFit(base, changes, content.name);
  return changes;
}

/** The base's name of a weight, which names of a model with the base inside put after its own. */
function baseName({ weights, architecture }: AdapterBase, weight: string): string {
  const plain = weight.replace(/\blanguage_model\./u, '');
  return !weights.has(weight) && architecture.aliases ? plain : weight;
}

function changeOf(
  weight: string,
  { a, b, embedding, whole, magnitude, tokens }: ModuleTensors,
  { name, config, file }: Content,
): WeightChange {
  const module = weight.replace(/\.weight$/u, '');
  const refuse = (what: string): never => {
    throw badModel(`The adapter ${name} cannot be used: ${what}.`);
  };
  const { rank, scale } = scaleOf(config, module);
  const lowRank: LowRank[] = [];
  if (a !== undefined && b !== undefined) {
    const [first, second] = [matrixOf(file, a), matrixOf(file, b)];
    requireRank({ first, second, rank, name });
    lowRank.push(
      embedding
        ? { a: transposed(second), b: transposed(first), scale }
        : { a: first, b: second, scale },
    );
    if (config.use_dora && magnitude === undefined) {
      refuse(`it is a DoRA adapter without a lora_magnitude_vector for ${module}`);
    }
  }
  if (magnitude !== undefined && (!config.use_dora || lowRank.length === 0 || embedding)) {
    refuse(
      embedding
        ? `it is a DoRA adapter that changes the embedding ${module}; only linear layers are supported`
        : `it has ${magnitude}, but use_dora is not set`,
    );
  }
  const ids = tokens === undefined ? undefined : tokenIdsOf(config, module);
  if (tokens !== undefined && ids === undefined) {
    refuse(`it has ${tokens}, but trainable_token_indices does not name the tokens`);
  }
  if (embedding && principalOf(config, weight, { rank, scale })) {
    refuse(`its start ${String(config.init_lora_weights)} is not one for the embedding ${module}`);
  }
  // A weight that PEFT saved is read after the principal part was taken off.
  const starts = lowRank.length > 0 && whole === undefined;
  return {
    lowRank,
    whole: whole === undefined ? undefined : matrixOf(file, whole),
    rows: ids && { ids, values: matrixOf(file, tokens!) },
    principal: starts ? principalOf(config, weight, { rank, scale }) : undefined,
    magnitude: magnitude === undefined ? undefined : matrixOf(file, magnitude),
  };
}

/** The part that PEFT takes off the base's weight at the start of this kind of adapter. */
function principalOf(
  config: PeftConfig,
  weight: string,
  { rank, scale }: LoraScale,
): WeightChange['principal'] {
  const start = config.init_lora_weights;
  if (start === 'pissa') return { kind: 'pissa', rank, scale: 1, weight };
  if (typeof start !== 'string' || start.toLowerCase() !== 'olora') return undefined;
  return { kind: 'olora', rank, scale, weight };
}

/** Refuses products of another rank, which PEFT cannot load. */
function requireRank({
  first,
  second,
  rank,
  name,
}: {
  readonly first: Matrix;
  readonly second: Matrix;
  readonly rank: number;
  readonly name: string;
}): void {
  if (first.shape[0] === rank) return;
  const [a, b] = [first, second].map(({ tensor, shape }) => `${tensor} [${shape.join(', ')}]`);
  throw badModel(
    `The adapter ${name} cannot be used: its adapter_config.json says that ${a!} and ${b!} are of rank ${rank}.`,
  );
}

/**
 * Changes the head of a base that shares it with the embedding, as PEFT does. Copies of the base's
 * weights are loaded into the shared weight; a module of modules_to_save and low-rank products
 * belong to one of them, unless `ensure_weight_tying` is set.
 */
function splitHead(
  { architecture }: AdapterBase,
  changes: Map<string, WeightChange>,
  { config }: Content,
): void {
  const { embedding, languageHead: head } = architecture;
  const [input, output] = [changes.get(embedding), changes.get(head)];
  if (!input && !output) return;
  const saved = (name: string): boolean => isSavedModule(config, name.replace(/\.weight$/u, ''));
  const ofBase = [output, input].map((change, i) => {
    return saved([head, embedding][i]!) ? undefined : change?.whole;
  });
  // PEFT loads the head after the embedding.
  const whole = ofBase[0] ?? ofBase[1];
  if (input || whole) {
    const lowRank = input?.lowRank ?? [];
    changes.set(embedding, { ...input, lowRank, whole: saved(embedding) ? input?.whole : whole });
  }
  const own = output && (saved(head) || output.lowRank.length > 0 || output.rows);
  const apart = input && (saved(embedding) || input.lowRank.length > 0);
  const tied = !own && (!apart || Boolean(config.ensure_weight_tying));
  if (tied) {
    changes.delete(head);
    return;
  }
  changes.set(head, {
    ...output,
    of: embedding,
    lowRank: output?.lowRank ?? [],
    whole: output && saved(head) ? output.whole : whole,
    rows: output?.rows ?? input?.rows,
  });
}
