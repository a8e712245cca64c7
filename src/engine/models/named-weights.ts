import { ErrorCode, TqError } from '../../protocol/errors.ts';
import type { Architecture, DecoderShape, NamedWeights } from './architecture/architecture.ts';
import type { TensorFile } from './tensor-file.ts';

function missing(model: string, name: string): never {
  throw new TqError(ErrorCode.badModel, `${model} has no weight ${name}; the file is incomplete or of another kind.`);
}

/** Weights of a Hugging Face folder: the names are the files' own. */
export function safetensorsWeights(file: TensorFile, model: string): NamedWeights {
  return {
    has: (name) => file.tensors.has(name),
    shape: (name) => file.tensors.get(name)?.shape ?? missing(model, name),
    async read(name, start, count) {
      if (!file.tensors.has(name)) missing(model, name);
      return file.read(name, start, count);
    },
  };
}

/** Weights of a GGUF file under Hugging Face's names, rows in Hugging Face's order. */
export function ggufWeights(
  file: TensorFile,
  architecture: Architecture,
  shape: DecoderShape,
  model: string,
): NamedWeights {
  const stored = (name: string): string => {
    const own = architecture.ggufName(name);
    return own !== undefined && file.tensors.has(own) ? own : missing(model, name);
  };
  return {
    has: (name) => file.tensors.has(architecture.ggufName(name) ?? ''),
    shape: (name) => file.tensors.get(stored(name))!.shape,
    async read(name, start, count) {
      const own = stored(name);
      const heads = architecture.ggufPermutedHeads(name, shape);
      if (heads === undefined) return file.read(own, start, count);
      const rows = splitRotaryHalves(await file.read(own), heads, shape.headDim);
      const columns = file.tensors.get(own)!.shape.at(-1)!;
      const first = start ?? 0;
      return count === undefined ? rows.slice(first * columns) : rows.slice(first * columns, (first + count) * columns);
    },
  };
}

/**
 * llama.cpp interleaves the two halves of each head's rotary dimensions: its row 2i + half of a head
 * is row half * headDim / 2 + i of transformers.
 */
function splitRotaryHalves(rows: Float32Array, heads: number, headDim: number): Float32Array {
  const columns = rows.length / (heads * headDim);
  const result = new Float32Array(rows.length);
  for (let head = 0; head < heads; head++) {
    for (let row = 0; row < headDim; row++) {
      const to = head * headDim + (row % 2) * (headDim / 2) + Math.floor(row / 2);
      const from = (head * headDim + row) * columns;
      result.set(rows.subarray(from, from + columns), to * columns);
    }
  }
  return result;
}
