import { badModel } from '../malformed.ts';
import type { TensorFile } from '../tensor-file.ts';
import type { Matrix } from './changes.ts';

/** The tensors of an adapter that change one weight, by their names in the file. */
export interface ModuleTensors {
  a?: string;
  b?: string;
  /** Whether `a` and `b` change an embedding, whose product is transposed. */
  embedding?: boolean;
  /** Another weight. */
  whole?: string;
  magnitude?: string;
  tokens?: string;
}

const prefix = 'base_model.model.';

const kinds: readonly (readonly [RegExp, 'a' | 'b' | 'whole' | 'magnitude' | 'tokens'])[] = [
  [/^(.+)\.lora_(?:embedding_)?A(?:\.default)?(?:\.weight)?$/u, 'a'],
  [/^(.+)\.lora_(?:embedding_)?B(?:\.default)?(?:\.weight)?$/u, 'b'],
  [/^(.+)\.lora_magnitude_vector(?:\.default)?(?:\.weight)?$/u, 'magnitude'],
  [/^(.+?)(?:\.token_adapter)?\.trainable_tokens_delta(?:\.default)?$/u, 'tokens'],
  // Copies of the base's own weights: PEFT saves those of an embedding or head that it changes.
  [/^(.+?)(?:\.token_adapter)?\.(?:base_layer|original_module)\.weight$/u, 'whole'],
  [/^(.+)\.modules_to_save(?:\.default)?\.weight$/u, 'whole'],
];

/**
 * Sorts an adapter's tensors by the weight that they change; a name that is not PEFT's for a part
 * of a change names a weight itself.
 * @throws TqError badModel for one half of a product
 */
export function sortTensors(file: TensorFile, adapter: string): Map<string, ModuleTensors> {
  const sorted = new Map<string, ModuleTensors>();
  for (const tensor of file.tensors.keys()) {
    const bare = tensor.startsWith(prefix) ? tensor.slice(prefix.length) : tensor;
    const [weight, kind] = partOf(bare);
    const parts = sorted.get(weight) ?? {};
    parts[kind] = tensor;
    if (bare.includes('.lora_embedding_')) parts.embedding = true;
    sorted.set(weight, parts);
  }
  for (const { a, b } of sorted.values()) {
    if ((a === undefined) === (b === undefined)) continue;
    const present = (a ?? b)!;
    const other = present.replace(
      /lora_(embedding_)?[AB]/u,
      `lora_$1${a === undefined ? 'A' : 'B'}`,
    );
    throw badModel(
      `The adapter ${adapter} has ${present} but not ${other}; the file is incomplete.`,
    );
  }
  return sorted;
}

function partOf(bare: string): [string, (typeof kinds)[number][1]] {
  for (const [pattern, kind] of kinds) {
    const module = pattern.exec(bare)?.[1];
    if (module !== undefined) return [`${module}.weight`, kind];
  }
  return [bare.replace(/\.modules_to_save(\.default)?/u, ''), 'whole'];
}

/** A tensor of a file. */
export function matrixOf(file: TensorFile, tensor: string): Matrix {
  const { shape } = file.tensors.get(tensor)!;
  return { tensor, shape, read: (start, count) => file.read(tensor, start, count) };
}

/** The transpose of a matrix, which is read as a whole. */
export function transposed({ tensor, shape, read }: Matrix): Matrix {
  const [rows = 0, columns = 1] = shape;
  return {
    tensor,
    shape: [columns, rows],
    async read(start = 0, count = columns - start) {
      const values = await read();
      return Float32Array.from(
        { length: count * rows },
        (_, i) => values[(i % rows) * columns + start + Math.floor(i / rows)]!,
      );
    },
  };
}
