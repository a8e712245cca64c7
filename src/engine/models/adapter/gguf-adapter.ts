import { basename } from 'node:path';
import { openGguf, type GgufFile } from '../gguf/gguf-file.ts';
import { badModel, quoted } from '../malformed.ts';
import { reordered } from '../architecture/weight-rows.ts';
import {
  hasTiedHead,
  type Adapter,
  type AdapterBase,
  type Changes,
  type Matrix,
  type WeightChange,
} from './changes.ts';
import { requireFit } from './fit.ts';
import { matrixOf, transposed } from './peft-tensors.ts';

/** Whether a GGUF file holds an adapter; false for a file that is no GGUF. */
export async function isGgufAdapter(path: string): Promise<boolean> {
  if (!/\.gguf$/iu.test(path)) return false;
  const file = await openGguf(path).catch(() => undefined);
  await file?.close();
  return file?.metadata.get('general.type') === 'adapter';
}

/**
 * Opens an adapter that llama.cpp's convert_lora_to_gguf.py wrote: alpha / rank * B A for each pair
 * of tensors, by llama.cpp's names and in its order of rows.
 */
export async function openGgufAdapter(path: string): Promise<Adapter> {
  const name = basename(path);
  const file = await openGguf(path);
  try {
    const alpha = alphaOf(file, name);
    return {
      name,
      // The file names its base for people (general.base_model.0.name), not as an id or a path.
      base: undefined,
      files: [path],
      tokenizerFolder: undefined,
      changes: (base) => changesOf(base, { name, file, alpha }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function alphaOf({ metadata }: GgufFile, name: string): number {
  const refuse = (what: string): never => {
    throw badModel(`The adapter ${name} cannot be used: ${what}.`);
  };
  const type = metadata.get('adapter.type');
  if (type !== 'lora') refuse(`its type is ${quoted(String(type))}; only "lora" is supported`);
  if (metadata.has('adapter.alora.invocation_tokens')) {
    refuse(
      'it is an activated LoRA (adapter.alora.invocation_tokens); only plain LoRA is supported',
    );
  }
  const alpha = metadata.get('adapter.lora.alpha') ?? 0;
  if (typeof alpha === 'number' && Number.isFinite(alpha)) return alpha;
  return refuse('its adapter.lora.alpha is not a number');
}

interface Content {
  readonly name: string;
  readonly file: GgufFile;
  readonly alpha: number;
}

const partName = /^(.+)\.lora_([ab])$/u;

function changesOf(base: AdapterBase, { name, file, alpha }: Content): Changes {
  const { architecture, shape } = base;
  const kind = file.metadata.get('general.architecture');
  if (typeof kind !== 'string' || !architecture.ggufArchitectures.includes(kind)) {
    throw badModel(
      `The adapter ${name} does not fit the model ${base.name}: it was made for the architecture ${quoted(String(kind))}, and the model is ${architecture.ggufArchitectures.join(' or ')}.`,
    );
  }
  const names = baseNames(base);
  const changes = new Map<string, WeightChange>();
  for (const tensor of file.tensors.keys()) {
    // llama.cpp leaves trained norms out, too; its converter writes them as they are.
    if (tensor.endsWith('_norm.weight')) continue;
    const [, stored = tensor, half] = partName.exec(tensor) ?? [];
    const [a, b] = [`${stored}.lora_a`, `${stored}.lora_b`];
    const missing = [a, b].find((each) => !file.tensors.has(each));
    if (half === undefined || missing !== undefined) {
      throw badModel(
        half === undefined
          ? `The adapter ${name} has the tensor ${quoted(tensor)}, which is no part of a LoRA adapter.`
          : `The adapter ${name} has ${tensor} but not ${missing!}; the file is incomplete.`,
      );
    }
    if (half === 'b') continue;
    const weight = names.get(stored);
    if (weight === undefined) {
      throw badModel(
        `The adapter ${name} does not fit the model ${base.name}: the model has no weight ${stored}.`,
      );
    }
    if (weight === architecture.embedding && hasTiedHead(base)) {
      throw badModel(
        `The adapter ${name} cannot be used: it changes the embedding of ${base.name}, which is its language head, too; use the adapter folder that it was converted from.`,
      );
    }
    const [first, second] = [matrixOf(file, a), matrixOf(file, b)];
    // llama.cpp adds B A as it is where there is no alpha.
    const scale = alpha === 0 ? 1 : alpha / (second.shape[1] ?? 1);
    const order = architecture.gguf.rowOrder?.(weight, shape);
    const lowRank =
      weight === architecture.embedding
        ? { a: transposed(second), b: first, scale }
        : { a: first, b: order ? inOrder(second, order) : second, scale };
    changes.set(weight, { lowRank: [lowRank] });
  }
  requireFit(base, changes, name);
  return changes;
}

/** The base's weights that a product can change, by llama.cpp's names. */
function baseNames({ architecture, shape, weights }: AdapterBase): Map<string, string> {
  const { embedding, languageHead, gguf } = architecture;
  const names = [embedding, languageHead];
  for (let index = 0; index < shape.layers; index++) {
    names.push(
      ...Object.values(architecture.layer(index)),
      ...(architecture.joined?.(index) ?? []),
    );
  }
  return new Map(
    names.flatMap((name) => {
      const stored = weights.has(name) ? gguf.name(name) : undefined;
      return stored === undefined ? [] : [[stored, name]];
    }),
  );
}

/** The matrix with its rows in another order. */
function inOrder({ tensor, shape, read }: Matrix, order: (row: number) => number): Matrix {
  return {
    tensor,
    shape,
    read: async (start = 0, count) => reordered(await read(), shape, order, start, count),
  };
}
